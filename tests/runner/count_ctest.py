"""Counts the test cases in a JUnit file of ctest: prints "PASSED FAILED SKIPPED". usage: count_ctest.py JUNIT [REPORTS]

A test program that reports its own cases (doctest's summary, or a line "N passed, M failed") counts as that many;
any other counts as one. A program that failed counts at least one failure, whatever it printed.
What programs printed behind "REPORT: " is added to the file REPORTS: what was covered shows when all passed, too.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree

_DOCTEST = re.compile(r"\[doctest\] test cases:\s*(\d+)\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed")
_REPORT = re.compile(r"^REPORT: (.*)$", re.M)
_PLAIN = re.compile(r"^(\d+) passed, (\d+) failed", re.M)


def count(case):
    status = case.get("status")
    if status in ("notrun", "disabled") or case.find("skipped") is not None:
        # A program that is missing is a failure, one that said "not here" is skipped.
        reason = case.find("skipped")
        message = "" if reason is None else reason.get("message", "")
        return (0, 0, 1) if "SKIP" in message.upper() or status == "disabled" else (0, 1, 0)
    failed_program = case.find("failure") is not None or status == "fail"
    output = case.findtext("system-out") or ""
    doctest = _DOCTEST.search(output)
    plain = _PLAIN.findall(output)
    if doctest:
        passed, failed = int(doctest.group(2)), int(doctest.group(3))
    elif plain:
        passed, failed = map(int, plain[-1])
    else:
        passed, failed = int(not failed_program), int(failed_program)
    return (passed, max(failed, int(failed_program)), 0)


def reports(case):
    return _REPORT.findall(case.findtext("system-out") or "")


def main():
    totals = [0, 0, 0]
    lines = []
    for case in ElementTree.parse(sys.argv[1]).getroot().iter("testcase"):
        totals = [sum(pair) for pair in zip(totals, count(case))]
        lines += reports(case)
    print(*totals)
    if len(sys.argv) > 2:
        with open(sys.argv[2], "a", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines)


if __name__ == "__main__":
    main()
