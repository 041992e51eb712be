"""The words that belong to a picture: under the code, and for those who do not see it.

Vietnamese first, English second; never a name or a date: a picture's words are seen by everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from vaccine_pass.appearance import LOOKS, Look, doses_text
from vaccine_pass.status import Status

_DESCRIPTION = {
    "vi": "Mã QR của giấy xác nhận tiêm chủng. Trạm kiểm soát quét mã này và đối chiếu giấy tờ.",
    "en": "QR code of a vaccination pass. A checkpoint scans it and looks at the ID card.",
}


@dataclass(frozen=True)
class Caption:
    """What the frame around a code says: status, doses given, doses of the series, language."""

    status: Status
    doses: int = 0
    series: int | None = None
    lang: str = "vi"

    @property
    def look(self) -> Look:
        """Colour, ink and shape of the status."""
        return LOOKS[self.status]

    @property
    def words(self) -> str:
        """The words under the code: "Chưa tiêm", "1 trên 2 mũi", "Đủ 2 mũi"."""
        if self.status is Status.NONE:
            return self.look.word(self.lang)
        if self.status is Status.PARTIAL:
            return doses_text(self.doses, self.series, self.lang)
        return self._complete()

    @property
    def fraction(self) -> str:
        """Doses given of the series' doses, as the diamond shows them: "1/2"."""
        return f"{self.doses}/{self.series}"

    @property
    def title(self) -> str:
        """The picture's name for a screen reader."""
        return f"{'QR code' if self.lang == 'en' else 'Mã QR'}: {self.words}"

    @property
    def description(self) -> str:
        """What the picture is for, in one or two sentences."""
        return _DESCRIPTION["en" if self.lang == "en" else "vi"]

    def _complete(self) -> str:
        series = self.doses if self.series is None else min(self.series, self.doses)
        more = self.doses - series
        if self.lang == "en" and more:
            return f"Complete + {more} booster"
        if self.lang == "en":
            return f"Complete: {series} {'dose' if series == 1 else 'doses'}"
        return f"Đủ {series} mũi" + (f" + {more} nhắc lại" if more else "")
