"""Pictures of scans in TIFF and PNG: depth, colour, orientation, sides and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from app.errors import AppError
from app.scan.pictures import halves, hot_is_high, split_column
from app.scan.read import open_source, read_scan
from app.scan.scan import ViewEvidence
from tests.scan.nm_files import toy_counts

ANTERIOR, POSTERIOR = toy_counts(np.random.default_rng(8))
BRIGHT = np.clip(np.hstack([ANTERIOR, POSTERIOR]) * 2, 0, 255).astype(np.uint8)
CROP = (255 - np.clip(ANTERIOR[300:946, 18:238] * 2, 0, 255)).astype(np.uint8)


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_the_crops_of_220_by_646_pixels_are_read(compression: str | None, tmp_path: Path) -> None:
    Image.fromarray(CROP).save(tmp_path / "17.tif", compression=compression)
    scan = read_scan(tmp_path / "17.tif")
    (view,) = scan.views
    assert view.counts.shape == (646, 220)
    assert np.array_equal(view.counts, 255 - CROP.astype(np.float32))
    assert view.spacing_mm is None
    assert scan.display_only
    assert scan.needs_confirmation


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16, np.float32])
def test_tiff_of_any_depth_keeps_its_values(dtype: type, tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "x.tif", ANTERIOR.astype(dtype), photometric="minisblack")
    scan = read_scan(tmp_path / "x.tif")
    assert np.array_equal(scan.views[0].counts, ANTERIOR.astype(dtype))


def test_sixteen_bit_png_keeps_its_values(tmp_path: Path) -> None:
    Image.fromarray((ANTERIOR * 200).astype(np.uint16)).save(tmp_path / "x.png")
    assert np.array_equal(read_scan(tmp_path / "x.png").views[0].counts, ANTERIOR * 200)


def test_two_pages_are_two_views_with_the_spacing_of_imagej(tmp_path: Path) -> None:
    tifffile.imwrite(
        tmp_path / "x.tif",
        np.stack([ANTERIOR, POSTERIOR]).astype(np.uint16),
        imagej=True,
        resolution=(1 / 2.26, 1 / 2.26),
        metadata={"unit": "mm"},
    )
    scan = read_scan(tmp_path / "x.tif")
    assert len(scan.views) == 2
    assert scan.views[0].spacing_mm == pytest.approx((2.26, 2.26), rel=1e-4)
    assert {view.evidence for view in scan.views} == {ViewEvidence.IMAGE}


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P"])
def test_both_views_in_one_grey_picture_are_found_in_any_mode(mode: str, suffix: str, tmp_path: Path) -> None:
    Image.fromarray(255 - BRIGHT).convert(mode).save(tmp_path / f"x.{suffix}")
    scan = read_scan(tmp_path / f"x.{suffix}")
    assert scan.anterior is not None
    assert scan.posterior is not None
    assert np.array_equal(scan.anterior.counts, BRIGHT[:, :256])
    assert np.array_equal(scan.posterior.counts, BRIGHT[:, 256:])


def test_transparent_air_is_air(tmp_path: Path) -> None:
    dark = 255 - BRIGHT
    Image.fromarray(np.dstack([dark, dark, dark, np.where(BRIGHT > 0, 255, 0).astype(np.uint8)])).save(
        tmp_path / "x.png"
    )
    scan = read_scan(tmp_path / "x.png")
    assert scan.anterior is not None
    assert np.array_equal(scan.anterior.counts, BRIGHT[:, :256])


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_an_exif_orientation_is_undone(suffix: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[274] = 3
    Image.fromarray(BRIGHT[::-1, ::-1]).save(tmp_path / f"x.{suffix}", exif=exif)
    scan = read_scan(tmp_path / f"x.{suffix}")
    assert scan.anterior is not None
    assert np.array_equal(scan.anterior.counts, BRIGHT[:, :256])


LAID = {  # how a picture is stored so that its orientation tag turns it upright, TIFF 6.0 section 8
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.T,
    6: lambda upright: np.rot90(upright),
    7: lambda upright: upright[::-1, ::-1].T,
    8: lambda upright: np.rot90(upright, -1),
}


@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
@pytest.mark.parametrize("orientation", LAID)
def test_tiff_is_turned_upright_by_its_orientation(
    orientation: int, compression: str | None, tmp_path: Path
) -> None:
    stored = np.ascontiguousarray(LAID[orientation](CROP))
    Image.fromarray(stored).save(tmp_path / "x.tif", compression=compression, tiffinfo={274: orientation})
    source = open_source(tmp_path / "x.tif")
    assert (source.rows, source.columns) == CROP.shape
    assert np.array_equal(read_scan(tmp_path / "x.tif").views[0].counts, 255 - CROP.astype(np.float32))


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_true_colour_is_refused_with_what_to_do(suffix: str, tmp_path: Path) -> None:
    Image.fromarray(np.dstack([BRIGHT, BRIGHT // 2, 0 * BRIGHT])).save(tmp_path / f"x.{suffix}")
    with pytest.raises(AppError, match="colour picture") as caught:
        read_scan(tmp_path / f"x.{suffix}")
    assert "Export the scan in grey" in caught.value.hint


def test_a_wrong_extension_does_not_matter(tmp_path: Path) -> None:
    Image.fromarray(BRIGHT).save(tmp_path / "x.png")
    (tmp_path / "x.png").rename(tmp_path / "x.dcm")
    assert read_scan(tmp_path / "x.dcm").acquisition.file_format == "PNG"


def test_the_name_of_a_picture_tells_its_side(tmp_path: Path) -> None:
    Image.fromarray(CROP).save(tmp_path / "case3_posterior.png")
    scan = read_scan(tmp_path / "case3_posterior.png")
    assert scan.posterior is not None
    assert scan.posterior.evidence is ViewEvidence.TEXT


@pytest.mark.parametrize(("suffix", "lossy"), [("jpg", True), ("bmp", False)])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_jpeg_and_bmp_are_pictures_to_look_at(suffix: str, lossy: bool, mode: str, tmp_path: Path) -> None:
    Image.fromarray(255 - BRIGHT).convert(mode).save(tmp_path / f"x.{suffix}")
    scan = read_scan(tmp_path / f"x.{suffix}")
    assert scan.anterior is not None
    assert scan.anterior.counts.shape == (1024, 256)
    assert np.abs(scan.anterior.counts - BRIGHT[:, :256]).mean() < 3
    assert scan.display_only
    assert scan.lossy == lossy


@pytest.mark.parametrize("suffix", ["jpg", "bmp"])
def test_a_cut_jpeg_or_bmp_is_one_sentence(suffix: str, tmp_path: Path) -> None:
    Image.fromarray(BRIGHT).save(tmp_path / f"x.{suffix}")
    whole = (tmp_path / f"x.{suffix}").read_bytes()
    for share in (0.001, 0.3):
        (tmp_path / "cut").write_bytes(whole[: int(len(whole) * share) + 20])
        with pytest.raises(AppError, match="cut is damaged"):
            read_scan(tmp_path / "cut")


def test_values_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    broken = ANTERIOR.astype(np.float32)
    broken[5, 5] = np.nan
    tifffile.imwrite(tmp_path / "x.tif", broken)
    with pytest.raises(AppError, match="not finite"):
        read_scan(tmp_path / "x.tif")


@pytest.mark.parametrize("left", [60, 128, 200])
def test_one_body_is_never_split_wherever_it_lies_in_a_wide_frame(left: int) -> None:
    frame = np.zeros((1024, 512), np.float32)
    frame[:, left : left + 256] = ANTERIOR
    assert split_column(frame) is None


@pytest.mark.parametrize("gap", [0, 10, 60])
def test_two_bodies_are_split_in_the_gap_between_them(gap: int) -> None:
    air = np.zeros((1024, gap), np.float32)
    frame = np.hstack([ANTERIOR.astype(np.float32), air, POSTERIOR.astype(np.float32)])
    column = split_column(frame)
    assert column is not None
    assert abs(column - (256 + gap / 2)) < 40
    left, right = halves(frame, column)
    assert left.shape == right.shape
    assert left.sum() + right.sum() == frame.sum()


def test_polarity_goes_by_the_border() -> None:
    bright = BRIGHT.astype(np.float32)
    assert np.array_equal(hot_is_high(bright), bright)
    assert np.array_equal(hot_is_high(255 - bright), bright)


def test_a_frame_without_a_body_is_not_split() -> None:
    noise = np.random.default_rng(1).poisson(20, (64, 32)).astype(np.float32)
    assert split_column(noise) is None
    assert split_column(np.zeros((64, 64), np.float32)) is None
