# cmake --install: both programs, and what belongs beside them under GNUInstallDirs. Manual pages, completions and the unit are
# printed by the program that is being installed, so that they are of no other version.
include(GNUInstallDirs)

install(TARGETS datapact datapactd RUNTIME)

install(FILES LICENSE NOTICE README.md README.zh-CN.md CHANGELOG.md SECURITY.md CONTRIBUTING.md genesis.json
        DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY docs DESTINATION "${CMAKE_INSTALL_DOCDIR}")
# systemd looks there below /usr and /usr/local, whatever the folder of libraries is called.
install(FILES cmake/datapact.sysusers DESTINATION lib/sysusers.d RENAME datapact.conf)

install(CODE "set(bindir \"${CMAKE_INSTALL_BINDIR}\")
set(datadir \"${CMAKE_INSTALL_DATADIR}\")
set(mandir \"${CMAKE_INSTALL_MANDIR}\")
set(printed \"${CMAKE_BINARY_DIR}/printed\")")
install(CODE [[
# place(FOLDER FILE WORD…): what the program prints for the words, as a file below the prefix.
function(place folder file)
  set(made "${printed}/${file}")
  execute_process(COMMAND "$<TARGET_FILE:datapact>" ${ARGN} OUTPUT_FILE "${made}" COMMAND_ERROR_IS_FATAL ANY)
  cmake_path(ABSOLUTE_PATH folder BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}")
  file(INSTALL "${made}" DESTINATION "${folder}")
endfunction()
file(MAKE_DIRECTORY "${printed}")
place("${datadir}/bash-completion/completions" datapact completion bash)
place("${datadir}/zsh/site-functions" _datapact completion zsh)
place("${datadir}/fish/vendor_completions.d" datapact.fish completion fish)
cmake_path(ABSOLUTE_PATH bindir BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}")
place(lib/systemd/system datapactd@.service network unit --program "${bindir}/datapactd")
execute_process(COMMAND "$<TARGET_FILE:datapact>" --quiet reference --man "${printed}/man1" OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
cmake_path(ABSOLUTE_PATH mandir BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}")
file(INSTALL "${printed}/man1" DESTINATION "${mandir}")
# Who installs may be another user than who builds.
file(REMOVE_RECURSE "${printed}")
]])
