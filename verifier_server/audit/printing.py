"""The head as a page to print, sign by hand and keep: paper cannot be rewritten with the database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from verifier_server.checks import VIETNAM

if TYPE_CHECKING:
    from keys.audit_heads import Head

_PAGE = """<!doctype html>
<html lang="vi">
<meta charset="utf-8">
<title>Đầu chuỗi kiểm toán {seq}</title>
<style>
body {{ font: 12pt/1.5 "Be Vietnam Pro", sans-serif; margin: 20mm; color: #000; background: #fff }}
h1 {{ font-size: 18pt }}
dt {{ font-weight: 600; margin-top: 6mm }}
dd {{ margin: 0 }}
.hash {{ font: 14pt/1.6 monospace }}
code {{ overflow-wrap: anywhere }}
.line {{ margin-top: 18mm; border-top: 1px solid #000; width: 130mm; padding-top: 2mm }}
</style>
<h1>Đầu chuỗi kiểm toán <span lang="en">/ Head of the audit chain</span></h1>
<dl>
<dt>Chuỗi <span lang="en">/ Chain</span></dt><dd class="hash">{chain}</dd>
<dt>Mắt xích số <span lang="en">/ Link</span></dt><dd class="hash">{seq}</dd>
<dt>Giá trị băm SHA-256 <span lang="en">/ Hash</span></dt><dd class="hash">{hash}</dd>
<dt>Niêm phong lúc <span lang="en">/ Sealed</span></dt><dd>{local} (giờ Việt Nam) · {utc} UTC</dd>
</dl>
<p>Ký, ghi ngày và cất giữ trang này ở nơi khác. Ai giữ trang này đều kiểm tra được rằng các sự kiện đến mắt xích
trên chưa bị sửa hay bị xóa, bằng lệnh dưới đây.</p>
<p lang="en">Sign and date this page, and keep it elsewhere. Whoever has it can check that nothing up to this link was
changed or removed: <code>checkpoint-server audit verify --printed {seq} {hash_typed}</code></p>
<p class="line">Họ tên, chữ ký, ngày <span lang="en">/ Name, signature, date</span></p>
</html>
"""


def page(head: Head) -> str:
    """Return the page, in Vietnamese and English, with the hash in groups of eight digits."""
    when = datetime.fromtimestamp(head.sealed_at, UTC)
    return _PAGE.format(
        chain=head.chain,
        seq=head.seq,
        hash_typed=head.hash,
        hash=" ".join(head.hash[start : start + 8] for start in range(0, 64, 8)),
        local=when.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S"),
        utc=when.strftime("%Y-%m-%d %H:%M:%S"),
    )
