# Writes the suites of a GoogleTest program to `list` as tests of ctest, named `prefix` and suite, with `labels`.
execute_process(COMMAND ${program} --gtest_list_tests OUTPUT_VARIABLE output RESULT_VARIABLE result TIMEOUT 60)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${program} does not list its tests: ${result}")
endif()

# Suites are the lines that are not indented, such as `Suite.` or `Suite/0.  # TypeParam = int`.
string(REGEX MATCHALL "(^|\n)[^ \n]+\\.[ \n]" suites "${output}")
set(script "")
foreach(suite IN LISTS suites)
  string(STRIP "${suite}" suite)
  string(REGEX REPLACE "\\.$" "" suite "${suite}")
  if(suite MATCHES "^DISABLED_")
    continue()
  endif()
  string(APPEND script "add_test([=[${prefix}${suite}]=] [=[${program}]=] [=[--gtest_filter=${suite}.*]=])\n"
    "set_tests_properties([=[${prefix}${suite}]=] PROPERTIES TIMEOUT 900 LABELS [=[${labels}]=])\n")
endforeach()
if(script STREQUAL "")
  message(FATAL_ERROR "${program} has no tests")
endif()
file(WRITE ${list} "${script}")
