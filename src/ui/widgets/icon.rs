//! Icons, drawn: no font of the window has all of them.

use egui::epaint::PathShape;
use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2, pos2, vec2};

/// A little picture on a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Play,
    Pause,
    Stop,
    /// An arrow turning left.
    Undo,
    /// An arrow turning right.
    Redo,
    /// For going to the light theme.
    Sun,
    /// For going to the dark theme.
    Moon,
    Close,
    Down,
    Right,
    /// Two ends change places.
    Swap,
    /// Three dots: there is more.
    More,
    /// A heart: keeps something.
    Keep,
    /// A drawing pin: follows something.
    Pin,
    Lock,
    Plus,
    /// Four corners: the whole screen.
    FullScreen,
    /// Three lines: the menu of the program.
    Menu,
    /// A bell: what was told.
    Bell,
}

/// A point of the square of 14 by 14 around (0, 0) that icons are drawn in.
type Point = (f32, f32);

impl Icon {
    /// Draws it into a square around `centre`.
    pub fn paint(self, painter: &Painter, centre: Pos2, side: f32, colour: Color32) {
        let unit = side / 14.0;
        let at = |&(x, y): &Point| centre + unit * vec2(x, y);
        let thin = Stroke::new(1.5 * unit, colour);
        for line in self.lines() {
            painter.line(line.iter().map(at).collect(), thin);
        }
        for (min, max) in self.blocks() {
            painter.rect_filled(Rect::from_min_max(at(min), at(max)), unit, colour);
        }
        match self {
            Self::Play => {
                let points = [(-3.5, -5.0), (5.0, 0.0), (-3.5, 5.0)].iter().map(at);
                let points = points.collect();
                painter.add(Shape::convex_polygon(points, colour, Stroke::NONE));
            }
            Self::Undo => turn(painter, centre, unit, -1.0, thin),
            Self::Redo => turn(painter, centre, unit, 1.0, thin),
            Self::Sun => sun(painter, centre, unit, colour, thin),
            Self::Moon => {
                painter.add(Shape::closed_line(crescent(centre, unit), thin));
            }
            Self::More => {
                for x in [-4.5, 0.0, 4.5] {
                    painter.circle_filled(at(&(x, 0.0)), 1.4 * unit, colour);
                }
            }
            Self::Pause | Self::Stop | Self::Close | Self::Down | Self::Right | Self::Swap => {}
            Self::Keep | Self::Pin | Self::Lock | Self::Plus | Self::FullScreen => {}
            Self::Menu | Self::Bell => {}
        }
    }

    /// Its thin lines.
    fn lines(self) -> &'static [&'static [Point]] {
        match self {
            Self::Close => &[&[(-4.0, -4.0), (4.0, 4.0)], &[(4.0, -4.0), (-4.0, 4.0)]],
            Self::Down => &[&[(-4.0, -2.0), (0.0, 2.0), (4.0, -2.0)]],
            Self::Right => &[&[(-2.0, -4.0), (2.0, 0.0), (-2.0, 4.0)]],
            Self::Keep => &[&HEART, &HEART_LEFT],
            Self::Pin => &[&[(-4.5, -0.5), (4.5, -0.5)], &[(0.0, -0.5), (0.0, 6.0)]],
            Self::Lock => &[&BOW],
            Self::Plus => &[&[(-4.5, 0.0), (4.5, 0.0)], &[(0.0, -4.5), (0.0, 4.5)]],
            Self::FullScreen => &[
                &[(-5.0, -1.8), (-5.0, -5.0), (-1.8, -5.0)],
                &[(1.8, -5.0), (5.0, -5.0), (5.0, -1.8)],
                &[(5.0, 1.8), (5.0, 5.0), (1.8, 5.0)],
                &[(-1.8, 5.0), (-5.0, 5.0), (-5.0, 1.8)],
            ],
            Self::Menu => &[
                &[(-5.0, -4.0), (5.0, -4.0)],
                &[(-5.0, 0.0), (5.0, 0.0)],
                &[(-5.0, 4.0), (5.0, 4.0)],
            ],
            Self::Bell => &[&BELL, &[(-1.3, 5.4), (1.3, 5.4)]],
            Self::Swap => &[
                &[(-5.0, -2.5), (5.0, -2.5), (2.5, -5.0)],
                &[(5.0, 2.5), (-5.0, 2.5), (-2.5, 5.0)],
            ],
            _ => &[],
        }
    }

    /// Its filled rectangles, each from its upper left to its lower right corner.
    fn blocks(self) -> &'static [(Point, Point)] {
        match self {
            Self::Pause => &[((-4.5, -5.0), (-1.5, 5.0)), ((1.5, -5.0), (4.5, 5.0))],
            Self::Stop => &[((-4.5, -4.5), (4.5, 4.5))],
            Self::Pin => &[((-2.0, -5.5), (2.0, -0.5))],
            Self::Lock => &[((-4.0, -0.5), (4.0, 5.5))],
            _ => &[],
        }
    }
}

/// The right half of a heart.
const HEART: [Point; 7] = [
    (0.0, -1.5),
    (1.2, -3.8),
    (3.4, -4.4),
    (5.2, -2.8),
    (5.0, -0.2),
    (3.0, 2.6),
    (0.0, 5.0),
];
/// The left half.
const HEART_LEFT: [Point; 7] = mirrored(HEART);
/// The body of a bell.
const BELL: [Point; 9] = [
    (-5.0, 3.0),
    (-3.6, 1.2),
    (-3.4, -2.4),
    (-1.8, -4.8),
    (1.8, -4.8),
    (3.4, -2.4),
    (3.6, 1.2),
    (5.0, 3.0),
    (-5.0, 3.0),
];
/// What a lock is closed with.
const BOW: [Point; 6] = [
    (-2.5, -0.5),
    (-2.5, -3.5),
    (-1.2, -5.2),
    (1.2, -5.2),
    (2.5, -3.5),
    (2.5, -0.5),
];

const fn mirrored<const N: usize>(mut points: [Point; N]) -> [Point; N] {
    let mut place = 0;
    while place < N {
        points[place].0 = -points[place].0;
        place += 1;
    }
    points
}

/// Three quarters of a circle with an arrow head; `way` is −1 for undo and 1 for redo.
fn turn(painter: &Painter, centre: Pos2, unit: f32, way: f32, stroke: Stroke) {
    let at = |x: f32, y: f32| centre + unit * vec2(way * x, y);
    let arc = (0..=12).map(|part| {
        let angle = (-90.0 + 15.0 * part as f32).to_radians();
        at(0.5 + 3.5 * angle.cos(), 0.5 + 3.5 * angle.sin())
    });
    let mut points = vec![at(-4.0, -3.0)];
    // The head is at the left of the arc's beginning for redo's mirror image, undo.
    points.extend(arc);
    points.push(at(-2.5, 4.0));
    let mirrored: Vec<Pos2> = points
        .iter()
        .map(|point| pos2(2.0 * centre.x - point.x, point.y))
        .collect();
    painter.add(Shape::Path(PathShape::line(mirrored, stroke)));
    let tip = |x: f32, y: f32| centre + unit * vec2(-way * x, y);
    painter.add(Shape::Path(PathShape::line(
        vec![tip(-1.2, -5.8), tip(-4.2, -3.0), tip(-1.2, -0.2)],
        stroke,
    )));
}

fn sun(painter: &Painter, centre: Pos2, unit: f32, colour: Color32, stroke: Stroke) {
    painter.circle_filled(centre, 2.8 * unit, colour);
    for part in 0..8 {
        let ray = Vec2::angled(std::f32::consts::TAU * part as f32 / 8.0);
        painter.line_segment(
            [centre + 4.6 * unit * ray, centre + 6.4 * unit * ray],
            stroke,
        );
    }
}

/// The outline of a moon: an outer and an inner arc.
fn crescent(centre: Pos2, unit: f32) -> Vec<Pos2> {
    let outer = (0..=20).map(|part| {
        let angle = (20.0 + 230.0 * part as f32 / 20.0).to_radians();
        centre + 5.4 * unit * Vec2::angled(angle)
    });
    let inner = (0..=12).map(|part| {
        let angle = (225.0 - 180.0 * part as f32 / 12.0).to_radians();
        centre + unit * vec2(2.0, -2.0) + 4.2 * unit * Vec2::angled(angle)
    });
    outer.chain(inner).collect()
}
