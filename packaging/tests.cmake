# The tests that ctest runs. Label `unit` needs nothing but the build tree (package builds run `ctest -L unit`):
#   golden     facts about the built library that must not change unnoticed
#   capi       tests/capi/*.c, each a program linked with the library and tests/capi/support/*.c; exit status 77 is a skip.
#              Programs named server_*.c start servers and have the label `server` in place of `unit`
# and, when asked for, the same programs again:
#   valgrind   -DIMAP4_TEST_VALGRIND=ON, under memcheck
#   sanitize   -DIMAP4_TEST_SANITIZE=ON, the C side compiled with address and undefined behaviour sanitizers
option(IMAP4_TEST_VALGRIND "Run the C tests under valgrind too" OFF)
option(IMAP4_TEST_SANITIZE "Run the C tests with sanitizers too" OFF)
set(golden "${CMAKE_CURRENT_SOURCE_DIR}/tests/golden")

function(imap4_golden name)
  add_test(NAME "golden_${name}" COMMAND ${ARGN})
  set_tests_properties("golden_${name}" PROPERTIES LABELS "unit;golden" ENVIRONMENT "CC=${CMAKE_C_COMPILER}")
endfunction()
imap4_golden(exports "${golden}/check" exports $<TARGET_FILE:imap4>)
imap4_golden(linkage "${golden}/linkage" $<TARGET_FILE:imap4> "${CMAKE_CURRENT_SOURCE_DIR}" "${CMAKE_CURRENT_BINARY_DIR}")
imap4_golden(values "${golden}/check" values)
imap4_golden(layout "${golden}/check" layout)

set(strict_c -Wall -Wextra -Wpedantic -Wstrict-prototypes -Werror -UNDEBUG)
set(sanitizers -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined)

# The library again with src/ffi/provoke.rs, for the one test that needs a fault inside: compiled for debugging, installed
# nowhere.
set(provoke_dir "${CMAKE_CURRENT_BINARY_DIR}/cargo-provoke")
set(provoke_archive "${provoke_dir}/${IMAP4_CARGO_SUBDIR}debug/libimap4.a")
add_custom_target(imap4_rust_provoke
  COMMAND "${CMAKE_COMMAND}" -E env "RUSTFLAGS=${rust_flags}" "CARGO_TARGET_DIR=${provoke_dir}"
    "${CARGO_EXECUTABLE}" ${cargo_options} rustc --lib --crate-type staticlib --features provoke
  WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
  BYPRODUCTS "${provoke_archive}"
  COMMENT "Compiling libimap4's Rust code with faults to provoke"
  USES_TERMINAL VERBATIM)
add_library(imap4_provoke SHARED "${CMAKE_CURRENT_BINARY_DIR}/no_code.c")
add_dependencies(imap4_provoke imap4_rust_provoke)
set_target_properties(imap4_provoke PROPERTIES LINK_DEPENDS "${provoke_archive}")
target_include_directories(imap4_provoke INTERFACE include)
target_link_libraries(imap4_provoke PRIVATE
  "-Wl,--whole-archive" "${provoke_archive}" "-Wl,--no-whole-archive"
  OpenSSL::SSL OpenSSL::Crypto Threads::Threads ${CMAKE_DL_LIBS} m)

# A program, what it needs of the support functions and, with sanitizers, its own copies of both.
function(imap4_program target source support)
  add_executable("${target}" "${source}")
  set_target_properties("${target}" PROPERTIES C_STANDARD 99)
  target_include_directories("${target}" PRIVATE tests/capi tests/capi/support)
  target_compile_options("${target}" PRIVATE ${strict_c})
  # The support archive gives what is asked for: only programs that use TLS themselves need libssl.
  set(library imap4)
  if(target MATCHES "_panic$")
    set(library imap4_provoke)
  endif()
  target_link_libraries("${target}" PRIVATE "${support}" "${library}" OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
  target_link_options("${target}" PRIVATE LINKER:--as-needed)
endfunction()

# LD_BIND_NOW: binding a symbol at its first use saves registers on the stack, and with them what a copy of a password
# left there (seen with OpenSSL 3.5 in tests/capi/secrets.c).
function(imap4_capi_test name labels seconds under)
  add_test(NAME "${name}" COMMAND ${ARGN} WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  set_tests_properties("${name}" PROPERTIES LABELS "${labels}" TIMEOUT "${seconds}" SKIP_RETURN_CODE 77
    ENVIRONMENT "IMAP4_SOURCE_DIR=${CMAKE_CURRENT_SOURCE_DIR};IMAP4_UNDER=${under};LD_BIND_NOW=1")
endfunction()

file(GLOB capi_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/tests/capi/*.c")
file(GLOB support_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/tests/capi/support/*.c")
if(NOT support_sources)
  set(support_sources "${CMAKE_CURRENT_BINARY_DIR}/no_code.c")
endif()

set(kinds plain)
if(IMAP4_TEST_SANITIZE)
  list(APPEND kinds sanitize)
endif()
if(capi_sources)
  foreach(kind IN LISTS kinds)
    add_library("capi_support_${kind}" STATIC ${support_sources})
    set_target_properties("capi_support_${kind}" PROPERTIES C_STANDARD 99)
    target_include_directories("capi_support_${kind}" PRIVATE include tests/capi tests/capi/support ${OPENSSL_INCLUDE_DIR})
    target_compile_options("capi_support_${kind}" PRIVATE ${strict_c})
    if(kind STREQUAL sanitize)
      target_compile_options(capi_support_sanitize PRIVATE ${sanitizers})
    endif()
  endforeach()
endif()
if(IMAP4_TEST_VALGRIND)
  find_program(VALGRIND_EXECUTABLE valgrind REQUIRED)
  set(memcheck "${VALGRIND_EXECUTABLE}" --quiet --error-exitcode=99 --leak-check=full --num-callers=30
    --errors-for-leak-kinds=definite,indirect --show-leak-kinds=definite,indirect)
  set(suppressions "${CMAKE_CURRENT_SOURCE_DIR}/tests/capi/valgrind.supp")
  if(EXISTS "${suppressions}")
    list(APPEND memcheck "--suppressions=${suppressions}")
  endif()
endif()
foreach(source IN LISTS capi_sources)
  get_filename_component(name "${source}" NAME_WE)
  set(where unit)
  if(name MATCHES "^server_")
    set(where server)
  endif()
  imap4_program("capi_${name}" "${source}" capi_support_plain)
  imap4_capi_test("capi_${name}" "${where};capi" 120 plain $<TARGET_FILE:capi_${name}>)
  if(IMAP4_TEST_VALGRIND)
    imap4_capi_test("valgrind_${name}" "valgrind" 600 valgrind ${memcheck} $<TARGET_FILE:capi_${name}>)
  endif()
  if(IMAP4_TEST_SANITIZE)
    imap4_program("sanitize_${name}" "${source}" capi_support_sanitize)
    target_compile_options("sanitize_${name}" PRIVATE ${sanitizers})
    target_link_options("sanitize_${name}" PRIVATE ${sanitizers})
    imap4_capi_test("sanitize_${name}" "sanitize" 240 sanitize $<TARGET_FILE:sanitize_${name}>)
  endif()
endforeach()

# The examples have to compile without a warning; tests/examples/run runs them. Those for the loops of other libraries are
# left out where these are missing, and that run then fails.
find_package(PkgConfig QUIET)
if(PKG_CONFIG_FOUND)
  pkg_check_modules(libuv QUIET IMPORTED_TARGET libuv)
  pkg_check_modules(glib QUIET IMPORTED_TARGET glib-2.0)
endif()
file(GLOB examples CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/examples/*.c" "${CMAKE_CURRENT_SOURCE_DIR}/examples/c/*.c")
foreach(source IN LISTS examples)
  get_filename_component(name "${source}" NAME_WE)
  set(more "")
  if(name MATCHES "^loop_(libuv|glib)$")
    set(more "PkgConfig::${CMAKE_MATCH_1}")
    if(NOT TARGET "${more}")
      message(STATUS "Not built, ${CMAKE_MATCH_1} is missing: ${source}")
      continue()
    endif()
  endif()
  add_executable("example_${name}" "${source}")
  set_target_properties("example_${name}" PROPERTIES
    C_STANDARD 99 OUTPUT_NAME "${name}" RUNTIME_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/examples")
  target_compile_options("example_${name}" PRIVATE ${strict_c})
  target_link_libraries("example_${name}" PRIVATE imap4 Threads::Threads ${more})
endforeach()

# The server of the benchmarks, which loop_epoll opens its connections to.
file(GLOB crowd_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/benches/server/*.c")
add_executable(example_server ${crowd_sources})
set_target_properties(example_server PROPERTIES
  C_STANDARD 99 OUTPUT_NAME server RUNTIME_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/examples")
target_compile_definitions(example_server PRIVATE _GNU_SOURCE)
target_compile_options(example_server PRIVATE -Wall -Wextra -Werror)
target_link_libraries(example_server PRIVATE OpenSSL::SSL OpenSSL::Crypto)
