import pytest

from secretome import style


def luminance(colour):
    """Relative luminance of WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("surface", ["PAPER", "SURFACE"])
@pytest.mark.parametrize("colour", ["INK", "MUTED", "UP", "DOWN", "ACCENT"])
def test_text_has_enough_contrast(colour, surface):
    assert contrast(getattr(style, colour), getattr(style, surface)) >= 4.5


@pytest.mark.parametrize("kind", ["CAUTION", "FAULT"])
def test_text_in_a_box_has_enough_contrast(kind):
    surface = getattr(style, f"{kind}_SURFACE")
    assert min(contrast(getattr(style, kind), surface), contrast(style.INK, surface)) >= 4.5


@pytest.mark.parametrize("colour", style.GROUP_COLOURS)
def test_marks_have_enough_contrast(colour):
    assert contrast(colour, style.PAPER) >= 3


def contrast(colour, surface):
    return (luminance(surface) + 0.05) / (luminance(colour) + 0.05)


def test_groups_differ_in_colour_and_in_shape():
    looks = style.colours_of("abcdef")
    assert len({colour for colour, _ in looks.values()}) == len({marker for _, marker in looks.values()}) == 6
    assert looks["a"][0] == style.GROUP_COLOURS[0]


@pytest.mark.parametrize("number", [1, 2, 5, 12])
def test_values_of_a_quantity_go_from_light_to_dark(number):
    colours = style.sequence(number)
    assert len(set(colours)) == number
    assert min(contrast(colour, style.PAPER) for colour in colours) >= 3
    lights = [luminance(colour) for colour in colours]
    assert lights == sorted(lights, reverse=True)
    looks = style.colours_of(map(str, range(number)), ordered=True)
    assert [colour for colour, _ in looks.values()] == colours


def test_many_groups_have_looks_of_their_own():
    assert len(set(style.colours_of(f"g{i}" for i in range(36)).values())) == 36
