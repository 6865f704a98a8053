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

/// Two panels of fixed width, called by name, and what is left between them; `draw` fills them, one after the
/// other. On a narrow window the sides give way a little.
pub fn three_parts(
    ui: &mut Ui,
    left: (&'static str, f32),
    right: (&'static str, f32),
    mut draw: impl FnMut(&mut Ui, Part),
) {
    let narrow = ui.available_width() < 1160.0;
    let side = |width: f32| if narrow { width * 0.9 } else { width };
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
    painter.rect_filled(rect, 0.0, palette.ground.gamma_multiply(0.85));
    painter.text(
        rect.center(),
        Align2::CENTER_CENTER,
        "Drop a folder, archive or data file of pictures to learn from, or a model (.safetensors, .pth, .onnx) to explore",
        theme::title(),
        palette.text,
    );
}
