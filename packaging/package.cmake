# The Debian package, by `cpack -G DEB`: named for the release of Wireshark that it was built for, since no
# other release loads the plugin.
# SPDX-License-Identifier: GPL-2.0-or-later

set(package wireshark-pop-${POP_WIRESHARK})
set(package_docs ${CMAKE_BINARY_DIR}/package-docs)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ${package})
set(CPACK_PACKAGE_VENDOR "The POP plugin's maintainers")
set(CPACK_PACKAGE_CONTACT "${CPACK_PACKAGE_VENDOR} <maintainers@users.noreply.r-seed-73d2d635.example>")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALLED_DIRECTORIES ${package_docs} usr/share/doc/${package})
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "tshark | wireshark")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "POP dissector plugin for Wireshark ${POP_WIRESHARK}")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Takes over the protocol pop in Wireshark and tshark: reassembles requests and
replies of POP3, POP2 and POP across segments, decodes their extensions and
logins, hands whole mails to the mail dissector, and marks what is wrong in a
conversation. Filter names, ports and preferences of pop are kept.")

# --- What Debian wants to stand in /usr/share/doc -------------------------------------------------

string(TIMESTAMP package_date "%a, %d %b %Y %H:%M:%S +0000" UTC) # SOURCE_DATE_EPOCH, where it is set
configure_file(packaging/copyright.in ${package_docs}/copyright @ONLY)
configure_file(packaging/changelog.in ${CMAKE_BINARY_DIR}/changelog @ONLY)
find_program(GZIP gzip)
if(GZIP)
    execute_process(COMMAND ${GZIP} -9nc ${CMAKE_BINARY_DIR}/changelog
        OUTPUT_FILE ${package_docs}/changelog.gz)
endif()

include(CPack)
