"""``make bench``: prints every benchmark's table."""

import multiprocessing

from bench import certificates, list_workbooks, lists, recall, rosters, search, single


def main() -> None:
    """Run all, print tables in Markdown."""
    print("| call | registrations | µs (this machine) | ratio to a bare Flask JSON route |")
    print("|---|---:|---:|---:|")
    for what, size, micros, ratio in single.run():
        print(f"| {what} | {size:,} | {micros:.0f} | {ratio:.1f} |")
    lists.main([])
    print()
    # The most memory that a process held says nothing of what comes after something larger: this one has its own.
    workbooks = multiprocessing.get_context("spawn").Process(target=list_workbooks.main)
    workbooks.start()
    workbooks.join()
    print()
    recall.main()
    print()
    rosters.main()
    print()
    search.main()
    print()
    certificates.main()


if __name__ == "__main__":
    main()
