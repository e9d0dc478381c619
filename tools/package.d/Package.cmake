# What `cpack` puts into a Debian package, and where: tools/package runs it, tools/check-package tries it.
include(GNUInstallDirs)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON) # tools/package builds what is needed
set(package_files ${CMAKE_CURRENT_LIST_DIR})
set(pages ${CMAKE_BINARY_DIR}/package)

# Made of what the programs say of themselves, so that they cannot say something else.
add_custom_target(package-pages
  COMMAND python3 ${package_files}/pages.py ${CMAKE_RUNTIME_OUTPUT_DIRECTORY} ${pages} ${PROJECT_VERSION}
  COMMAND ${package_files}/documents ${CMAKE_SOURCE_DIR} ${pages} ${PROJECT_VERSION}
  VERBATIM)
add_dependencies(package-pages hookcast mock-hook-server stream-load)

install(TARGETS hookcast mock-hook-server stream-load RUNTIME DESTINATION bin)
install(PROGRAMS ${package_files}/upgrade DESTINATION lib/hookcast)
install(FILES ${package_files}/hookcast.service DESTINATION /lib/systemd/system)
install(PROGRAMS ${package_files}/hookcast.init DESTINATION /etc/init.d RENAME hookcast)
install(FILES ${package_files}/hookcast.logrotate DESTINATION /etc/logrotate.d RENAME hookcast)
install(FILES ${package_files}/hookcast.conf DESTINATION /etc/hookcast)
install(DIRECTORY DESTINATION /var/lib/hookcast)
install(DIRECTORY DESTINATION /var/log/hookcast)
foreach(program hookcast mock-hook-server stream-load)
  install(FILES ${pages}/${program}.bash DESTINATION share/bash-completion/completions RENAME ${program})
  install(FILES ${pages}/_${program} DESTINATION share/zsh/vendor-completions)
endforeach()
install(DIRECTORY ${pages}/man/ DESTINATION share/man)
install(DIRECTORY ${pages}/doc/ DESTINATION share/doc/hookcast)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/tools/grafana/ DESTINATION share/hookcast/grafana)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME hookcast)
set(CPACK_PACKAGE_VENDOR "hookcast")
set(CPACK_PACKAGE_CONTACT "hookcast maintainers <maintainers@hookcast.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "live media server that asks a backend about every client")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Publishes and plays live streams by RTMP, RTSP, SRT, HTTP-FLV and HLS.
Before anybody connects, publishes or plays, it asks a backend by HTTP and
obeys its answer. It loads SRS's configurations and sends SRS's hooks.

A backend for trying it, mock-hook-server, and a load generator,
stream-load, are in the package, too.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION video)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, init-system-helpers (>= 1.54~), sysvinit-utils (>= 3.05-4~)")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates, logrotate, ffmpeg")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${package_files}/conffiles ${package_files}/postinst ${package_files}/prerm ${package_files}/postrm)
include(CPack)
