# The Rust half of the build: finds cargo, sets the target imap4_rust, and IMAP4_ARCHIVE, the static archive it makes.

set(IMAP4_RUST_MINIMUM 1.85)
find_program(CARGO_EXECUTABLE cargo HINTS "$ENV{CARGO_HOME}/bin" "$ENV{HOME}/.cargo/bin" DOC "Rust's cargo")
if(NOT CARGO_EXECUTABLE)
  message(FATAL_ERROR "cargo was not found: install Rust ${IMAP4_RUST_MINIMUM} or newer, or set CARGO_EXECUTABLE")
endif()
# From here on all runs in the source folder: a toolchain file or cargo settings there count.
execute_process(COMMAND "${CARGO_EXECUTABLE}" --version
  WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" OUTPUT_VARIABLE cargo_version OUTPUT_STRIP_TRAILING_WHITESPACE)
string(REGEX MATCH "[0-9]+\\.[0-9]+" cargo_number "${cargo_version}")
if(cargo_number VERSION_LESS IMAP4_RUST_MINIMUM)
  message(FATAL_ERROR "${CARGO_EXECUTABLE} is '${cargo_version}': ${IMAP4_RUST_MINIMUM} or newer is needed")
endif()
message(STATUS "Found ${cargo_version}: ${CARGO_EXECUTABLE}")

set(cargo_options "")
if(IS_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}/vendor")
  set(cargo_options
    --config "source.crates-io.replace-with='vendored-sources'"
    --config "source.vendored-sources.directory='${CMAKE_CURRENT_SOURCE_DIR}/vendor'")
endif()

# No path of the building machine may stand in the library (panic messages, line tables). The names of the folders
# below registry/src are known only when the crates have been fetched.
execute_process(COMMAND "${CARGO_EXECUTABLE}" ${cargo_options} fetch
  WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" RESULT_VARIABLE fetched ERROR_VARIABLE fetch_messages)
if(NOT fetched EQUAL 0)
  message(FATAL_ERROR "cargo could not get the crates named in Cargo.lock:\n${fetch_messages}")
endif()
set(rustc "$ENV{RUSTC}")
if(NOT rustc)
  set(rustc rustc)
endif()
execute_process(COMMAND "${rustc}" --print sysroot
  WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" OUTPUT_VARIABLE rust_sysroot OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
set(cargo_home "$ENV{CARGO_HOME}")
if(NOT cargo_home)
  set(cargo_home "$ENV{HOME}/.cargo")
endif()
set(remaps "${cargo_home}=cargo" "${CMAKE_CURRENT_SOURCE_DIR}=imap4" "${CMAKE_CURRENT_BINARY_DIR}=build")
if(rust_sysroot)
  list(APPEND remaps "${rust_sysroot}/lib/rustlib/src/rust=rust")
endif()
file(GLOB registries "${cargo_home}/registry/src/*")
foreach(registry IN LISTS registries)
  list(APPEND remaps "${registry}=crates")   # of two that match, rustc takes the later
endforeach()
set(rust_flags "$ENV{RUSTFLAGS}")
foreach(remap IN LISTS remaps)
  string(APPEND rust_flags " --remap-path-prefix=${remap}")
endforeach()
string(STRIP "${rust_flags}" rust_flags)

set(cargo_target_dir "${CMAKE_CURRENT_BINARY_DIR}/cargo")
# Compiling for another machine, beside a CMake toolchain file: cargo reads the same variable.
set(IMAP4_CARGO_SUBDIR "")
if(NOT "$ENV{CARGO_BUILD_TARGET}" STREQUAL "")
  set(IMAP4_CARGO_SUBDIR "$ENV{CARGO_BUILD_TARGET}/")
endif()
set(IMAP4_ARCHIVE "${cargo_target_dir}/${IMAP4_CARGO_SUBDIR}release/libimap4.a")
# Cargo itself knows best whether something is to be done: it is asked at each build, which costs little.
add_custom_target(imap4_rust
  COMMAND "${CMAKE_COMMAND}" -E env "RUSTFLAGS=${rust_flags}" "CARGO_TARGET_DIR=${cargo_target_dir}"
    "${CARGO_EXECUTABLE}" ${cargo_options} rustc --release --lib --crate-type staticlib
  WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
  BYPRODUCTS "${IMAP4_ARCHIVE}"
  COMMENT "Compiling libimap4's Rust code"
  USES_TERMINAL VERBATIM)
