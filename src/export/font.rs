//! The fonts of plots and captions: those that the window draws with, so that none has to be installed.

use std::sync::Once;

use plotters::style::{FontStyle, register_font};

/// Names in `plotters`: of plots, and of small text that has to be legible on a picture.
pub(super) const SANS: &str = "sans-serif";
pub(super) const MONO: &str = "monospace";

/// Makes them known; to be called before anything is drawn.
pub(super) fn use_our_fonts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let fonts = [
            (SANS, epaint_default_fonts::UBUNTU_LIGHT),
            (MONO, epaint_default_fonts::HACK_REGULAR),
        ];
        for (name, font) in fonts {
            // The fonts are a part of the program: they are known to be readable.
            let _ = register_font(name, FontStyle::Normal, font);
        }
    });
}
