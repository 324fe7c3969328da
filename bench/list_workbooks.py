"""An equipment list of 10,000 lines as a workbook: reading, judging, keeping, writing back, and the memory of it all.

    python -m bench.list_workbooks

The baseline is XlsxWriter writing the same list anew: what any program needs that gives back a workbook.
"""

import logging
import multiprocessing
import random
import re
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from association.kernel import clock
from association.kernel.actors import NOBODY
from association.kernel.db import intend_to_write
from association.workbooks import service as spool
from bench import single
from catalog.categories import queries as categories
from catalog.verifications import marked, service, workbooks
from catalog.verifications.models import Verification
from wsgi import create_app

HEADINGS = (
    "序号", "系统", "设备名称", "品牌", "规格型号", "技术参数", "单位", "数量", "生产厂家", "安装位置", "到货日期", "单价",
    "合价", "证书编号", "发证日期", "联系人", "供货商", "合同号", "批次", "备注",
)  # fmt: skip


def a_workbook(registered: Sequence[tuple[str, str, str]], lines: int) -> bytes:
    """A list as a project has it: a title, 20 columns, formats, prices by formula, a tenth of the goods not registered."""
    dice = random.Random(7)
    chosen = dice.choices(registered, k=lines)
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("设备清单")
        money, day = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.merge_range(0, 0, 0, 19, "某工程设备清单", book.add_format({"bold": True}))
        sheet.write_row(1, 0, HEADINGS)
        for place, (_number, maker, model) in enumerate(chosen):
            row = place + 2
            known = place % 10 != 9
            sheet.write_number(row, 0, place + 1)
            sheet.write_row(
                row, 1, ["视频监控", "探测器" if known else "网线", "", model if known else f"CAT6-{place}"]
            )
            sheet.write_row(row, 5, ["DC12V，室内", "台", 3, maker if known else "某线缆厂", f"{place % 30}层弱电间"])
            sheet.write_datetime(row, 10, date(2026, 6, 1), day)
            sheet.write_number(row, 11, 120.5, money)
            sheet.write_formula(row, 12, f"=H{row + 1}*L{row + 1}", money, 361.5)
            sheet.write_row(
                row, 13, [f"检字第{place}号", "2026-05-01", "张三", "某供货商", "HT-2026-01", f"{place // 500}", ""]
            )
    return target.getvalue()


def _make(folder: str, size: int, lines: int) -> None:
    _app, registered = single.an_app(size, folder)
    begun = time.process_time()
    content = a_workbook(registered, lines)
    (Path(folder) / "baseline").write_text(str(time.process_time() - begun))
    (Path(folder) / "list.xlsx").write_bytes(content)


def run(size: int = 20_000, lines: int = 10_000) -> dict[str, float]:
    """Seconds of each step on a register of ``size``, and ``memory``, the most that the process held, in MB."""
    logging.disable(logging.INFO)
    took: dict[str, float] = {}

    def timed(what: str, work: Any) -> Any:
        begun = time.process_time()
        done = work()
        took[what] = time.process_time() - begun
        return done

    with tempfile.TemporaryDirectory() as folder:
        # Made by another process: what that takes is not what is measured.
        making = multiprocessing.get_context("fork").Process(target=_make, args=(folder, size, lines))
        making.start()
        making.join()
        assert making.exitcode == 0
        content = (Path(folder) / "list.xlsx").read_bytes()
        took["baseline"] = float((Path(folder) / "baseline").read_text())
        app = create_app({"DATA_DIR": folder, "DATABASE_URL": "", "RATE_LIMITS": False})
        with app.app_context():
            intend_to_write()
            categories.known_at(clock.now())
            idle = _most_held()
            now = clock.now()
            # The workbook is asked for by another request: what judged it is gone by then.
            kept = _judged(content, timed, now)
            back, _name = timed("writing back", lambda: marked.returned(kept, url="https://x", now=now))
        assert kept.lines == lines
        took["bytes back"] = len(back)
    took["whole"] = sum(took[step] for step in ("opening", "reading", "judging", "signing and keeping", "writing back"))
    took["idle"] = idle
    took["memory"] = _most_held()
    return took


def _most_held() -> float:
    """The most memory this program has held so far, in MB.

    From the kernel's own record of the program (``VmHWM``) where there is one: ``getrusage`` counts in what the process
    that started it had held.
    """
    try:
        said = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    except OSError:
        said = None
    return (int(said[1]) if said else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024


def _judged(content: bytes, timed: Callable[[str, Any], Any], now: datetime) -> Verification:
    source, layout = timed("opening", lambda: workbooks.open_list(content, actor=NOBODY))
    opened = timed("reading", lambda: workbooks.read_list(source, layout))
    judged = timed(
        "judging", lambda: service.judge(workbooks.questions(opened, {"known": now}), now=now, texts_too=False)
    )
    upload = spool.taken_in(content, "a.xlsx", purpose=workbooks.PURPOSE, actor=NOBODY, now=now)
    issuer = "https://register.example"
    made = timed(
        "signing and keeping",
        lambda: workbooks.keep(judged, opened, upload, issuer=issuer, actor=NOBODY, now=now),
    )
    kept: Verification = made.verification
    return kept


def main() -> None:
    """Print the table."""
    took = run()
    print("| step, 10,000 lines of 20 columns | s of one core | ratio to writing the list with XlsxWriter |")
    print("|---|---:|---:|")
    for step in ("opening", "reading", "judging", "signing and keeping", "writing back", "whole"):
        print(f"| {step} | {took[step]:.2f} | {took[step] / took['baseline']:.2f} |")
    print(f"\nMost memory of the process: {took['memory']:.0f} MB, of which {took['idle']:.0f} MB before the list came")


if __name__ == "__main__":
    main()
