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
}

impl Icon {
    /// Draws it into a square around `centre`.
    pub fn paint(self, painter: &Painter, centre: Pos2, side: f32, colour: Color32) {
        let unit = side / 14.0;
        let at = |x: f32, y: f32| centre + unit * vec2(x, y);
        let thin = Stroke::new(1.5 * unit, colour);
        let fill = |points: Vec<Pos2>| Shape::convex_polygon(points, colour, Stroke::NONE);
        let line = |points: Vec<Pos2>| Shape::Path(PathShape::line(points, thin));
        let block =
            |min: Pos2, max: Pos2| Shape::rect_filled(Rect::from_min_max(min, max), unit, colour);
        match self {
            Self::Play => {
                painter.add(fill(vec![at(-3.5, -5.0), at(5.0, 0.0), at(-3.5, 5.0)]));
            }
            Self::Pause => {
                painter.add(block(at(-4.5, -5.0), at(-1.5, 5.0)));
                painter.add(block(at(1.5, -5.0), at(4.5, 5.0)));
            }
            Self::Stop => {
                painter.add(block(at(-4.5, -4.5), at(4.5, 4.5)));
            }
            Self::Undo => turn(painter, centre, unit, -1.0, thin),
            Self::Redo => turn(painter, centre, unit, 1.0, thin),
            Self::Sun => sun(painter, centre, unit, colour, thin),
            Self::Moon => {
                painter.add(Shape::Path(PathShape {
                    points: crescent(centre, unit),
                    closed: true,
                    fill: Color32::TRANSPARENT,
                    stroke: thin.into(),
                }));
            }
            Self::Close => {
                painter.add(line(vec![at(-4.0, -4.0), at(4.0, 4.0)]));
                painter.add(line(vec![at(4.0, -4.0), at(-4.0, 4.0)]));
            }
            Self::Down => {
                painter.add(line(vec![at(-4.0, -2.0), at(0.0, 2.0), at(4.0, -2.0)]));
            }
            Self::Right => {
                painter.add(line(vec![at(-2.0, -4.0), at(2.0, 0.0), at(-2.0, 4.0)]));
            }
            Self::More => {
                for x in [-4.5, 0.0, 4.5] {
                    painter.circle_filled(at(x, 0.0), 1.4 * unit, colour);
                }
            }
            Self::Keep => {
                let half = |way: f32| {
                    let top = [
                        (0.0, -1.5),
                        (1.2, -3.8),
                        (3.4, -4.4),
                        (5.2, -2.8),
                        (5.0, -0.2),
                    ];
                    let points = top.into_iter().chain([(3.0, 2.6), (0.0, 5.0)]);
                    points.map(|(x, y)| at(way * x, y)).collect::<Vec<_>>()
                };
                painter.add(line(half(1.0)));
                painter.add(line(half(-1.0)));
            }
            Self::Pin => {
                painter.add(block(at(-2.0, -5.5), at(2.0, -0.5)));
                painter.add(line(vec![at(-4.5, -0.5), at(4.5, -0.5)]));
                painter.add(line(vec![at(0.0, -0.5), at(0.0, 6.0)]));
            }
            Self::Lock => {
                painter.add(block(at(-4.0, -0.5), at(4.0, 5.5)));
                painter.add(line(vec![
                    at(-2.5, -0.5),
                    at(-2.5, -3.5),
                    at(-1.2, -5.2),
                    at(1.2, -5.2),
                    at(2.5, -3.5),
                    at(2.5, -0.5),
                ]));
            }
            Self::Plus => {
                painter.add(line(vec![at(-4.5, 0.0), at(4.5, 0.0)]));
                painter.add(line(vec![at(0.0, -4.5), at(0.0, 4.5)]));
            }
            Self::Swap => {
                painter.add(line(vec![at(-5.0, -2.5), at(5.0, -2.5), at(2.5, -5.0)]));
                painter.add(line(vec![at(5.0, 2.5), at(-5.0, 2.5), at(-2.5, 5.0)]));
            }
        }
    }
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
