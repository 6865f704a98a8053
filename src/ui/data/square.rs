//! The square that is cut out of a picture, and how a hand changes it.

use crate::config::Crop;

/// The smallest box, in pixels of the picture.
const SMALLEST: f64 = 8.0;

/// A square in pixels of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Square {
    pub x: f64,
    pub y: f64,
    pub side: f64,
}

/// What part of the box is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it, to be moved.
    Inside,
    /// One of its corners, to change its size.
    Corner {
        /// One of the two at the right.
        right: bool,
        /// One of the two at the bottom.
        bottom: bool,
    },
}

impl Square {
    /// The one that `crop` means in a picture of `across` by `down` pixels; `None` where a box does not
    /// lie inside.
    pub fn of(crop: Crop, (across, down): (u32, u32)) -> Option<Self> {
        let (x, y, side) = crop.square(across, down)?;
        Some(Self { x, y, side })
    }

    /// Whole pixels within a picture of `found` pixels.
    pub fn to_crop(self, found: (u32, u32)) -> Crop {
        let (across, down) = (f64::from(found.0), f64::from(found.1));
        let side = self.side.round().clamp(1.0, across.min(down));
        let x = self.x.round().clamp(0.0, across - side);
        let y = self.y.round().clamp(0.0, down - side);
        Crop::Box {
            x: x as u32,
            y: y as u32,
            side: side as u32,
        }
    }

    /// The square after `part` of it was moved by (`right`, `down`) pixels; it stays a square within
    /// the picture.
    pub fn moved(self, part: Part, (right, down): (f64, f64), found: (u32, u32)) -> Self {
        let (across, high) = (f64::from(found.0), f64::from(found.1));
        match part {
            Part::Inside => Self {
                x: (self.x + right).clamp(0.0, (across - self.side).max(0.0)),
                y: (self.y + down).clamp(0.0, (high - self.side).max(0.0)),
                ..self
            },
            Part::Corner {
                right: at_right,
                bottom: at_bottom,
            } => {
                let (end_x, end_y) = (self.x + self.side, self.y + self.side);
                // The opposite corner stays; the side follows the larger of both moves.
                let wider = if at_right { right } else { -right };
                let higher = if at_bottom { down } else { -down };
                let more = if wider.abs() > higher.abs() {
                    wider
                } else {
                    higher
                };
                let room_x = if at_right { across - self.x } else { end_x };
                let room_y = if at_bottom { high - self.y } else { end_y };
                let most = room_x.min(room_y);
                let side = (self.side + more).clamp(SMALLEST.min(most), most);
                Self {
                    x: if at_right { self.x } else { end_x - side },
                    y: if at_bottom { self.y } else { end_y - side },
                    side,
                }
            }
        }
    }

    /// The same middle with a side that is `more` pixels longer, as far as there is room.
    pub fn grown(self, more: f64, found: (u32, u32)) -> Self {
        let most = f64::from(found.0.min(found.1));
        let side = (self.side + more).clamp(SMALLEST.min(most), most);
        let by = 0.5 * (self.side - side);
        let centred = Self {
            x: self.x + by,
            y: self.y + by,
            side,
        };
        centred.moved(Part::Inside, (0.0, 0.0), found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOUND: (u32, u32) = (178, 218);
    const MIDDLE: Square = Square {
        x: 50.0,
        y: 60.0,
        side: 100.0,
    };

    #[test]
    fn a_box_stays_in_the_picture() {
        let far = MIDDLE.moved(Part::Inside, (500.0, -500.0), FOUND);
        assert_eq!(
            far,
            Square {
                x: 78.0,
                y: 0.0,
                side: 100.0
            }
        );
        let crop = MIDDLE.moved(Part::Inside, (1.4, 1.6), FOUND).to_crop(FOUND);
        assert_eq!(
            crop,
            Crop::Box {
                x: 51,
                y: 62,
                side: 100
            }
        );
    }

    #[test]
    fn a_corner_moves_while_the_opposite_one_stays() {
        let corner = |right, bottom| Part::Corner { right, bottom };
        let larger = MIDDLE.moved(corner(true, true), (10.0, 4.0), FOUND);
        assert_eq!(
            larger,
            Square {
                side: 110.0,
                ..MIDDLE
            }
        );
        let most = MIDDLE.moved(corner(true, true), (999.0, 999.0), FOUND);
        assert_eq!(
            most,
            Square {
                side: 128.0,
                ..MIDDLE
            }
        );
        let up_left = MIDDLE.moved(corner(false, false), (-20.0, -5.0), FOUND);
        assert_eq!(
            up_left,
            Square {
                x: 30.0,
                y: 40.0,
                side: 120.0
            }
        );
        let least = MIDDLE.moved(corner(false, true), (999.0, 0.0), FOUND);
        assert_eq!(
            least,
            Square {
                x: 142.0,
                y: 60.0,
                side: SMALLEST
            }
        );
    }

    #[test]
    fn a_box_grows_around_its_middle_as_far_as_there_is_room() {
        assert_eq!(
            MIDDLE.grown(2.0, FOUND),
            Square {
                x: 49.0,
                y: 59.0,
                side: 102.0
            }
        );
        assert_eq!(
            MIDDLE.grown(999.0, FOUND),
            Square {
                x: 0.0,
                y: 21.0,
                side: 178.0
            }
        );
        assert_eq!(MIDDLE.grown(-999.0, FOUND).side, SMALLEST);
    }
}
