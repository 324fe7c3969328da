"""``make bench``: prints every benchmark's table."""

from bench import single


def main() -> None:
    """Run all, print tables in Markdown."""
    print("| call | registrations | µs (this machine) | ratio to a bare Flask JSON route |")
    print("|---|---:|---:|---:|")
    for what, size, micros, ratio in single.run():
        print(f"| {what} | {size:,} | {micros:.0f} | {ratio:.1f} |")


if __name__ == "__main__":
    main()
