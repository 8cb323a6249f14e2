# The Lua binding: one compiled module for each Lua that pkg-config knows, and the Lua files, which are the same for all.
# They go where Debian's Luas look below the prefix: lib/lua/5.x and share/lua/5.x; LuaJIT takes those of 5.1.
find_package(PkgConfig)
set(IMAP4_LUA_FILES "${CMAKE_CURRENT_SOURCE_DIR}/bindings/lua")
set(IMAP4_LUA_FOUND "")

function(imap4_install_lua lua)
  install(DIRECTORY "${IMAP4_LUA_FILES}/" DESTINATION "${CMAKE_INSTALL_DATADIR}/lua/${lua}"
    FILES_MATCHING PATTERN "*.lua" PATTERN tests EXCLUDE PATTERN types EXCLUDE PATTERN src EXCLUDE)
endfunction()

add_custom_target(imap4_lua) # all of them

# Where the loader would not look for the library by itself, a module says where it is: three folders up. Distributions
# set CMAKE_SKIP_INSTALL_RPATH.
set(IMAP4_LUA_RPATH "")
set(system_folders ${CMAKE_C_IMPLICIT_LINK_DIRECTORIES} ${CMAKE_PLATFORM_IMPLICIT_LINK_DIRECTORIES})
if(NOT CMAKE_INSTALL_FULL_LIBDIR IN_LIST system_folders)
  set(IMAP4_LUA_RPATH "$ORIGIN/../../..")
endif()

foreach(lua 5.1 5.2 5.3 5.4)
  string(REPLACE "." "" short "${lua}")
  set(prefix "IMAP4_LUA${short}")
  if(PKG_CONFIG_FOUND)
    foreach(name "lua${lua}" "lua-${lua}" "lua${short}")
      if(NOT ${prefix}_FOUND)
        pkg_check_modules(${prefix} QUIET "${name}")
      endif()
    endforeach()
  endif()
  if(${prefix}_FOUND)
    list(APPEND IMAP4_LUA_FOUND "${lua}")
    add_dependencies(imap4_lua imap4_lua${short})
    add_library(imap4_lua${short} MODULE "${IMAP4_LUA_FILES}/src/imap4_core.c")
    target_include_directories(imap4_lua${short} PRIVATE ${${prefix}_INCLUDE_DIRS})
    target_compile_definitions(imap4_lua${short} PRIVATE _GNU_SOURCE)
    target_link_libraries(imap4_lua${short} PRIVATE imap4 m) # the interpreter brings Lua's own functions
    set_target_properties(imap4_lua${short} PROPERTIES
      C_STANDARD 99 C_VISIBILITY_PRESET hidden PREFIX "" SUFFIX ".so" OUTPUT_NAME core
      INSTALL_RPATH "${IMAP4_LUA_RPATH}"
      LIBRARY_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/lua/${lua}/imap4")
    install(TARGETS imap4_lua${short} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/lua/${lua}/imap4")
    imap4_install_lua(${lua})
  endif()
endforeach()

if(NOT "5.1" IN_LIST IMAP4_LUA_FOUND) # LuaJIT needs no compiled module
  imap4_install_lua(5.1)
endif()
if(IMAP4_LUA_FOUND)
  list(JOIN IMAP4_LUA_FOUND ", " found)
  message(STATUS "Lua modules: ${found}")
else()
  message(STATUS "Lua modules: none, pkg-config knows no Lua (LuaJIT needs none)")
endif()
