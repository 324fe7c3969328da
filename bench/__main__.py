"""``make bench``: prints every benchmark's table."""

from bench import certificates, lists, recall, rosters, search, single


def main() -> None:
    """Run all, print tables in Markdown."""
    print("| call | registrations | µs (this machine) | ratio to a bare Flask JSON route |")
    print("|---|---:|---:|---:|")
    for what, size, micros, ratio in single.run():
        print(f"| {what} | {size:,} | {micros:.0f} | {ratio:.1f} |")
    lists.main([])
    recall.main()
    print()
    rosters.main()
    print()
    search.main()
    print()
    certificates.main()


if __name__ == "__main__":
    main()
