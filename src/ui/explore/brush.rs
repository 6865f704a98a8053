//! A brush over the pixels of a face.

use egui::pos2;

/// Covers the pixels near the line between two points; the brush has a soft rim of one pixel.
pub fn dab(mask: &mut [f32], width: usize, (from, to): ((f32, f32), (f32, f32)), radius: f32) {
    let (from, to) = (pos2(from.0, from.1), pos2(to.0, to.1));
    let way = to - from;
    for (index, cover) in mask.iter_mut().enumerate() {
        let (x, y) = (index % width.max(1), index / width.max(1));
        let pixel = pos2(x as f32 + 0.5, y as f32 + 0.5);
        let share = (pixel - from).dot(way) / way.length_sq().max(1e-9);
        let nearest = from + share.clamp(0.0, 1.0) * way;
        let inside = radius + 0.5 - nearest.distance(pixel);
        *cover = cover.max(inside.clamp(0.0, 1.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_brush_covers_the_line_it_is_drawn_along() {
        let mut mask = vec![0.0; 100];
        dab(&mut mask, 10, ((2.5, 5.5), (7.5, 5.5)), 1.0);
        let at = |x: usize, y: usize| mask[10 * y + x];
        assert!((2..=7).all(|x| at(x, 5) == 1.0));
        assert_eq!((at(5, 4), at(5, 3), at(0, 5)), (0.5, 0.0, 0.0));
        let before = mask.clone();
        dab(&mut mask, 10, ((5.0, 5.0), (5.0, 5.0)), 0.5);
        assert!(mask.iter().zip(&before).all(|(now, before)| now >= before));
    }
}
