//! Checks of the portraits as a whole.

use super::*;

#[test]
fn the_same_face_has_the_same_bytes() {
    let draw_once = || draw(&Factors::sample(3, 14), 32).rgb;
    assert_eq!(draw_once(), draw_once());
}
