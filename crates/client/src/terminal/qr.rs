//! QR codes out of half-block characters, with the quiet zone that scanners need.

use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};

/// `text` as a QR code, line by line, to be written light on dark. `None` if it is too long for one.
#[must_use]
pub fn draw(text: &str) -> Option<Vec<String>> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::L).ok()?;
    // A block is drawn in the foreground, which is the lighter one of the two: so it stands for the code's light.
    let mut drawing = code.render::<Dense1x2>();
    let drawing = drawing.dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).quiet_zone(true).build();
    Some(drawing.lines().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::width;

    #[test]
    fn is_a_rectangle_of_blocks() {
        let code = draw("NIGHTJAR:ABCDEFGH").unwrap();
        let widths: Vec<_> = code.iter().map(|line| width(line)).collect();
        assert!(widths.len() > 10 && widths.iter().all(|width| *width == widths[0]), "{code:?}");
        assert!(code.iter().flat_map(|line| line.chars()).all(|c| " ▀▄█".contains(c)));
    }

    #[test]
    fn the_quiet_zone_is_light() {
        assert!(draw("NIGHTJAR:ABCDEFGH").unwrap()[0].chars().all(|c| c == '█'));
    }

    #[test]
    fn refuses_what_no_code_can_hold() {
        assert!(draw(&"x".repeat(5000)).is_none());
    }
}
