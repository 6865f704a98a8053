//! The places of the window.

use egui::{Align2, CentralPanel, Frame, Id, LayerId, Margin, Order, Panel, Ui};

use super::theme::{self, palette};

/// A part of a screen of three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Left,
    Right,
    Centre,
}

/// Narrower than this the panels at the sides give way a little.
const NARROW: f32 = 1160.0;
/// From this width on they share in what there is more.
const WIDE: f32 = 1440.0;
/// How many times as wide they become at most.
const WIDEST: f32 = 1.5;

/// How wide a panel at the side becomes in a window that is `whole` wide, where `width` is right for most.
pub fn side(whole: f32, width: f32) -> f32 {
    if whole < NARROW {
        return 0.9 * width;
    }
    (width * (whole / WIDE).clamp(1.0, WIDEST)).round()
}

/// Two panels as [`side`] has them, called by name, and what is left between them; `draw` fills them, one after the
/// other. On a narrow window the sides give way a little.
pub fn three_parts(
    ui: &mut Ui,
    left: (&'static str, f32),
    right: (&'static str, f32),
    mut draw: impl FnMut(&mut Ui, Part),
) {
    let whole = ui.available_width();
    let side = |width: f32| side(whole, width);
    let margin = theme::panel_margin();
    let panel = Frame::new().fill(palette(ui).panel).inner_margin(margin);
    // The left one scrolls: its bar stands beside the contents and reaches down to the edge.
    let scrolling = panel.inner_margin(Margin {
        right: 4,
        bottom: 0,
        ..margin
    });
    Panel::left(left.0)
        .exact_size(side(left.1))
        .resizable(false)
        .frame(scrolling)
        .show(ui, |ui| draw(ui, Part::Left));
    Panel::right(right.0)
        .exact_size(side(right.1))
        .resizable(false)
        .frame(panel)
        .show(ui, |ui| draw(ui, Part::Right));
    CentralPanel::default()
        .frame(panel.fill(palette(ui).ground))
        .show(ui, |ui| draw(ui, Part::Centre));
}

/// Says what a file that hovers over the window is good for.
pub fn drop_hint(ui: &Ui) {
    if ui.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let palette = palette(ui);
    let layer = LayerId::new(Order::Foreground, Id::unique("drop hint"));
    let painter = ui.ctx().layer_painter(layer);
    let rect = ui.ctx().content_rect();
    painter.rect_filled(rect, 0.0, palette.ground.gamma_multiply(0.92));
    let inside = egui::StrokeKind::Inside;
    let edge = egui::Stroke::new(2.0, palette.accent);
    painter.rect_stroke(rect.shrink(theme::GAP), theme::RADIUS, edge, inside);
    let line = |row: usize| {
        let rows = DROPS.len() as f32 + 1.0;
        rect.center().y + (row as f32 - 0.5 * (rows - 1.0)) * 1.5 * theme::CONTROL
    };
    let title = egui::pos2(rect.center().x, line(0));
    let (centre, right, left) = (
        Align2::CENTER_CENTER,
        Align2::RIGHT_CENTER,
        Align2::LEFT_CENTER,
    );
    painter.text(title, centre, "Drop it here", theme::title(), palette.text);
    // Aligned at a line left of the middle: what is dropped before it, what comes of it behind.
    let axis = rect.center().x - 0.5 * theme::WIDE;
    for (row, (what, about)) in DROPS.iter().enumerate() {
        let y = line(row + 1);
        let (before, behind) = (axis - theme::GAP, axis + theme::GAP);
        let what_at = egui::pos2(before, y);
        painter.text(what_at, right, what, theme::heading(), palette.text);
        painter.text(
            egui::pos2(behind, y),
            left,
            about,
            theme::body(),
            palette.muted,
        );
    }
}

/// What can be dropped on the window, and what comes of it.
const DROPS: [(&str, &str); 5] = [
    ("Pictures", "a folder, archive or data file: to learn from"),
    (
        "A photograph",
        "on the Explore screen: the face nearest to it is looked for",
    ),
    ("A model", ".safetensors, .pth, .pt, .onnx: to explore"),
    ("A shelf of faces", ".json: they are added to the shelf"),
    ("An animation", ".morph.json: to play and change"),
];
