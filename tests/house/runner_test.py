"""How the runner counts what ctest ran, and what it shows of programs that passed."""

import os
import sys
import unittest

import house

_JUNIT = """<testsuite>
 <testcase name="campaign" status="run"><system-out>REPORT: seed 7
some noise, no REPORT: at its start
REPORT:      2  Z delivered
9 passed, 0 failed</system-out></testcase>
 <testcase name="doctest" status="run"><system-out>[doctest] test cases:  5 |  4 passed | 1 failed</system-out></testcase>
 <testcase name="alone" status="run"><system-out>REPORT: 100 kills</system-out></testcase>
 <testcase name="gone" status="fail"><failure message=""/><system-out>3 passed, 0 failed</system-out></testcase>
 <testcase name="missing" status="notrun"><skipped message="Unable to find executable"/></testcase>
</testsuite>"""


class Runner(unittest.TestCase):
    def setUp(self):
        self.folder = house.clean_folder(self.id())
        house.write(self.folder, "ctest.xml", _JUNIT)

    def count(self, *arguments):
        script = os.path.join(house.SOURCE_DIR, "tests/runner/count_ctest.py")
        return house.run(sys.executable, script, "ctest.xml", *arguments, cwd=self.folder)

    def test_cases_are_counted_as_their_programs_count_them(self):
        self.assertEqual(self.count(), (0, "17 3 0\n"))

    def test_reports_of_programs_are_kept_in_order_and_added_to_what_is_there(self):
        house.write(self.folder, "reports", "before\n")
        self.count("reports")
        with open(os.path.join(self.folder, "reports"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "before\nseed 7\n     2  Z delivered\n100 kills\n")


if __name__ == "__main__":
    house.main()
