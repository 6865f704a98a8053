//! The places of the window.

pub mod data;
pub mod explore;
mod learning;
mod settings;
pub mod train;

use egui::{Align2, Id, LayerId, Order, Ui};

pub use data::{DataScreen, DataWish, Recent};
pub use explore::{ExploreScreen, ExploreWish};
pub use settings::obstacle;
pub use train::TrainScreen;

use super::theme::{self, palette};

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
        "Drop a folder, archive or data file of pictures to learn from, or a .safetensors model to explore",
        theme::title(),
        palette.text,
    );
}
