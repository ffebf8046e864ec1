# SPDX-License-Identifier: GPL-3.0-or-later
# One folder is one target. xray_layer() and xray_test() are the only ways the project makes
# targets, so flags, include roots and output folders are said once.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_AUTOMOC ON)
set(CMAKE_AUTORCC ON)
set_property(GLOBAL PROPERTY AUTOGEN_TARGETS_FOLDER autogen)

find_program(XRAY_CCACHE ccache)
if(XRAY_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${XRAY_CCACHE})
endif()

add_library(xray_options INTERFACE)
target_include_directories(xray_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(xray_options INTERFACE
    QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY
    QT_STRICT_ITERATORS QT_DISABLE_DEPRECATED_BEFORE=0x060400)
target_compile_options(xray_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wconversion
    -Wno-sign-conversion $<$<BOOL:${XRAY_WERROR}>:-Werror>)
if(XRAY_SANITIZE)
    target_compile_options(xray_options INTERFACE
        -fsanitize=${XRAY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(xray_options INTERFACE -fsanitize=${XRAY_SANITIZE})
    # ThreadSanitizer does not model the fences that Asio puts around its handlers, and GCC warns of
    # each. The queue of handlers has a mutex of its own, which it does see.
    if(XRAY_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
        target_compile_options(xray_options INTERFACE -Wno-tsan)
    endif()
endif()

# xray_layer(NAME SOURCES … [LINKS …] [PRIVATE_LINKS …])
# LINKS is what the layer's headers and sources may use; PRIVATE_LINKS must stay out of its headers.
function(xray_layer name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC xray_options ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
endfunction()

# xray_test(NAME SOURCES … [LINKS …] [LABELS …] [ARGS …])
function(xray_test name)
    cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINKS;LABELS;ARGS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE xray_options Qt6::Test ${ARG_LINKS})
    add_test(NAME ${name} COMMAND ${name} ${ARG_ARGS})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 120)
    endif()
    if(XRAY_SANITIZE) # which makes everything several times slower
        math(EXPR ARG_TIMEOUT "5 * ${ARG_TIMEOUT}")
    endif()
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
        ENVIRONMENT "QT_QPA_PLATFORM=$ENV{QT_QPA_PLATFORM};XRAY_BIN_DIR=${CMAKE_RUNTIME_OUTPUT_DIRECTORY};XRAY_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
    # Windows share one screen, its focus and its pointer, so their tests take turns.
    if(CMAKE_CURRENT_SOURCE_DIR MATCHES "/tests/(views|app)(/|$)")
        set_tests_properties(${name} PROPERTIES RESOURCE_LOCK screen)
    endif()
endfunction()

# xray_fuzz(NAME SOURCES … [LINKS …]): a libFuzzer harness; NAME begins with fuzz_, its corpus is
# tests/fuzz/corpus/NAME. ./test --fuzz finds and runs it.
function(xray_fuzz name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE xray_options ${ARG_LINKS})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
endfunction()
