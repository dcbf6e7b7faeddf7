# Where the plugin goes: system-wide (the default), or the personal folder of who installs it. For root the
# latter makes no sense: run by root, Wireshark loads no personal plugins.
# SPDX-License-Identifier: GPL-2.0-or-later

install(TARGETS pop COMPONENT system
    LIBRARY DESTINATION "${Wireshark_PLUGIN_LIBDIR}/epan" NAMELINK_SKIP)

# The folder is known when it is installed: who builds may be somebody else.
install(CODE "
    file(INSTALL DESTINATION \"\$ENV{HOME}/.local/lib/wireshark/plugins/${POP_WIRESHARK}/epan\"
        TYPE MODULE FILES \"$<TARGET_FILE:pop>\")"
    COMPONENT personal EXCLUDE_FROM_ALL)

add_custom_target(uninstall COMMENT "Removing what was installed" VERBATIM
    COMMAND ${CMAKE_COMMAND} -D BUILD=${CMAKE_BINARY_DIR}
        -P ${CMAKE_CURRENT_SOURCE_DIR}/uninstall.cmake)
