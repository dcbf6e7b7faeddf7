# The plugin as a part of Wireshark's own build: the whole project as a custom plugin (CUSTOM_PLUGIN_SRC_DIR).
# SPDX-License-Identifier: GPL-2.0-or-later

include(WiresharkPlugin)

file(STRINGS moduleinfo.h pop_version REGEX "define POP_PLUGIN_VERSION")
string(REGEX REPLACE ".*\"([0-9]+)\\.([0-9]+)\\.([0-9]+)\".*" "\\1;\\2;\\3" pop_version
    "${pop_version}")
set_module_info(pop ${pop_version} 0)

file(GLOB PLUGIN_FILES CONFIGURE_DEPENDS plugin/plugin.c plugin/protocol/*/*.c
    plugin/dissector/*.c plugin/analysis/*.c plugin/window/*.c)

add_wireshark_plugin_library(pop epan)
target_include_directories(pop PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}
    ${CMAKE_CURRENT_SOURCE_DIR}/plugin ${CMAKE_CURRENT_SOURCE_DIR}/plugin/protocol)
target_compile_definitions(pop PRIVATE $<$<BOOL:${HAVE_SSIZE_T}>:HAVE_SSIZE_T>)
target_link_libraries(pop epan ${GCRYPT_LIBRARIES})
install_plugin(pop epan)
