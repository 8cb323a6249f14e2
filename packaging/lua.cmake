# The Lua binding: the compiled module imap4.core for each Lua that pkg-config finds (build/lua/5.x/imap4/core.so), and the
# Lua code for all of them and for LuaJIT, which reads share/lua/5.1 and needs no module. Included with IMAP4_LUA=ON, the
# default; where there is no Lua, only the Lua code for LuaJIT is installed.
find_package(PkgConfig QUIET)
set(lua_source "${CMAKE_CURRENT_SOURCE_DIR}/bindings/lua")
set(lua_versions 5.1)
foreach(version 5.1 5.2 5.3 5.4)
  string(REPLACE "." "" digits "${version}")
  foreach(name "lua${version}" "lua-${version}" "lua${digits}")
    if(PKG_CONFIG_FOUND AND NOT IMAP4_LUA${digits}_FOUND)
      pkg_check_modules(IMAP4_LUA${digits} QUIET "${name}")
    endif()
  endforeach()
  if(NOT IMAP4_LUA${digits}_FOUND)
    continue()
  endif()
  set(target "imap4_lua${digits}")
  add_library("${target}" MODULE "${lua_source}/src/imap4_core.c")
  set_target_properties("${target}" PROPERTIES
    PREFIX "" OUTPUT_NAME core SUFFIX .so
    C_STANDARD 99 C_VISIBILITY_PRESET hidden
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/lua/${version}/imap4"
    INSTALL_RPATH "$ORIGIN/../../..")
  # Symbols of Lua are the interpreter's.
  target_include_directories("${target}" PRIVATE ${IMAP4_LUA${digits}_INCLUDE_DIRS})
  target_compile_options("${target}" PRIVATE ${IMAP4_LUA${digits}_CFLAGS_OTHER})
  target_link_libraries("${target}" PRIVATE imap4 m)
  install(TARGETS "${target}" LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/lua/${version}/imap4")
  list(APPEND lua_versions "${version}")
endforeach()

list(REMOVE_DUPLICATES lua_versions)
file(GLOB lua_parts CONFIGURE_DEPENDS "${lua_source}/imap4/*.lua")
foreach(version ${lua_versions})
  install(FILES "${lua_source}/imap4.lua" DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/lua/${version}")
  install(FILES ${lua_parts} DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/lua/${version}/imap4")
endforeach()
