//! Colours, spacing, radii and fonts of the window. Nothing of the kind stands anywhere else.

use std::sync::Arc;

use egui::style::{HandleShape, WidgetVisuals};
use egui::{
    Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke,
    Style, TextStyle, Theme, Ui, Visuals, vec2,
};

use crate::run::step_record::Hue;

/// The colours of one theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    pub ground: Color32,
    pub panel: Color32,
    /// Behind things that can be pressed or typed into.
    pub raised: Color32,
    /// The same, under the pointer.
    pub hover: Color32,
    pub line: Color32,
    /// The edge of what can be ticked, chosen or typed into: to be seen without looking for it.
    pub outline: Color32,
    pub text: Color32,
    /// Text of second rank.
    pub muted: Color32,
    /// The one accent, also the generator's curve.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    pub blue: Color32,
    /// Data, and what is well.
    pub green: Color32,
    pub violet: Color32,
    pub yellow: Color32,
    pub red: Color32,
}

impl Palette {
    /// The colour of a curve.
    pub fn of(&self, hue: Hue) -> Color32 {
        match hue {
            Hue::D => self.blue,
            Hue::G => self.accent,
            Hue::Real => self.green,
            Hue::Fake => self.violet,
            Hue::Machine => self.yellow,
        }
    }
}

const fn hex(rgb: u32) -> Color32 {
    Color32::from_rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

const DARK: Palette = Palette {
    ground: hex(0x13_15_19),
    panel: hex(0x1a_1d_23),
    raised: hex(0x23_27_30),
    hover: hex(0x2d_32_3d),
    line: hex(0x2d_32_3d),
    outline: hex(0x6e_77_87),
    text: hex(0xe8_ea_ee),
    muted: hex(0x98_a1_b0),
    accent: hex(0xff_8a_5c),
    on_accent: hex(0x1c_10_0a),
    blue: hex(0x5c_c8_ff),
    green: hex(0x7b_d8_8f),
    violet: hex(0xb5_9c_ff),
    yellow: hex(0xff_d1_66),
    red: hex(0xff_6b_6b),
};

const LIGHT: Palette = Palette {
    ground: hex(0xf3_f4_f6),
    panel: hex(0xff_ff_ff),
    raised: hex(0xe8_ea_ee),
    hover: hex(0xdc_df_e5),
    line: hex(0xda_dd_e3),
    outline: hex(0x75_7e_8c),
    text: hex(0x1a_1d_23),
    muted: hex(0x56_5e_6c),
    accent: hex(0xc5_48_14),
    on_accent: hex(0xff_ff_ff),
    blue: hex(0x0f_7d_be),
    green: hex(0x1f_8a_44),
    violet: hex(0x6b_4b_d6),
    yellow: hex(0xa8_73_00),
    red: hex(0xc8_2b_2b),
};

/// The palette of the theme that `ui` is drawn in.
pub fn palette(ui: &Ui) -> &'static Palette {
    palette_of(ui.visuals().dark_mode)
}

/// The palette of the dark or the light theme.
pub const fn palette_of(dark: bool) -> &'static Palette {
    if dark { &DARK } else { &LIGHT }
}

/// Between things that belong together.
pub const TIGHT: f32 = 4.0;
pub const GAP: f32 = 8.0;
/// Between groups, and inside panels.
pub const WIDE: f32 = 16.0;
/// Height of things that can be pressed or typed into.
pub const CONTROL: f32 = 28.0;
/// Height of a small control, for dense lists.
pub const CONTROL_SMALL: f32 = 22.0;
pub const RADIUS: f32 = 6.0;
/// Corners of small pictures.
pub const TILE_RADIUS: f32 = 4.0;
/// Corners of the large picture.
pub const PICTURE_RADIUS: f32 = 10.0;
/// Above the first line of every panel.
pub const TOP: i8 = 12;
/// Height of the top bar without its progress line.
pub const BAR: f32 = 48.0;
/// Height of what stands beneath the contact sheet.
pub const DATA_FOOTER: f32 = 56.0;
/// Height of what stands beneath the curves: their steps, the last events, what is kept.
pub const TRAIN_FOOTER: f32 = 168.0;
/// Height of the progress line.
pub const PROGRESS: f32 = 3.0;
pub const ICON: f32 = 14.0;

pub fn body() -> FontId {
    FontId::proportional(13.0)
}

/// Headings: the size of text, in medium weight.
pub fn heading() -> FontId {
    FontId::new(13.0, medium())
}

/// The name of the program.
pub fn title() -> FontId {
    FontId::new(15.0, medium())
}

/// Notes and axis labels.
pub fn small() -> FontId {
    FontId::proportional(11.5)
}

fn medium() -> FontFamily {
    FontFamily::Name("medium".into())
}

/// The colours of the program's mark, from one side (0) to the other (1).
pub fn mark_colour(palette: &Palette, share: f32) -> Color32 {
    let (from, to, part) = if share < 0.5 {
        (palette.accent, palette.violet, 2.0 * share)
    } else {
        (palette.violet, palette.blue, 2.0 * share - 1.0)
    };
    from.lerp_to_gamma(to, part)
}

/// The margin inside panels.
pub const fn panel_margin() -> Margin {
    Margin {
        top: TOP,
        ..Margin::same(WIDE as i8)
    }
}

/// Gives `ctx` both themes and the fonts. To be called once, before the first frame.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts());
    for theme in [Theme::Dark, Theme::Light] {
        ctx.style_mut_of(theme, |style| {
            restyle(style, palette_of(theme == Theme::Dark));
        });
    }
}

/// Inter before egui's own fonts, which stay for the letters that the subset lacks.
fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let fallback = fonts
        .families
        .get(&FontFamily::Proportional)
        .cloned()
        .unwrap_or_default();
    let faces: [(&str, &'static [u8], FontFamily); 2] = [
        (
            "inter",
            include_bytes!("fonts/Inter-Regular.otf"),
            FontFamily::Proportional,
        ),
        (
            "inter-medium",
            include_bytes!("fonts/Inter-Medium.otf"),
            medium(),
        ),
    ];
    for (name, bytes, family) in faces {
        fonts
            .font_data
            .insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
        let chain = std::iter::once(name.into())
            .chain(fallback.iter().cloned())
            .collect();
        fonts.families.insert(family, chain);
    }
    fonts
}

fn restyle(style: &mut Style, palette: &Palette) {
    style.text_styles = [
        (TextStyle::Body, body()),
        (TextStyle::Button, body()),
        (TextStyle::Heading, heading()),
        (TextStyle::Small, small()),
        (TextStyle::Monospace, FontId::monospace(12.0)),
    ]
    .into();
    style.drag_value_text_style = TextStyle::Body;
    style.animation_time = 0.1;
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(GAP, TIGHT);
    spacing.button_padding = vec2(10.0, 4.0);
    spacing.interact_size = vec2(40.0, CONTROL);
    spacing.slider_rail_height = 4.0;
    spacing.icon_width = 16.0;
    spacing.icon_width_inner = 9.0;
    spacing.tooltip_width = 300.0;
    spacing.menu_margin = Margin::same(GAP as i8);
    spacing.window_margin = Margin::same(WIDE as i8);
    spacing.combo_width = 80.0;
    style.visuals = visuals(palette, style.visuals.dark_mode);
}

fn visuals(palette: &Palette, dark: bool) -> Visuals {
    let mut visuals = if dark {
        Visuals::dark()
    } else {
        Visuals::light()
    };
    let radius = CornerRadius::same(RADIUS as u8);
    let widget = |fill: Color32, text: Color32, outline: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, outline),
        corner_radius: radius,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    let clear = Color32::TRANSPARENT;
    let widgets = &mut visuals.widgets;
    widgets.noninteractive = widget(palette.panel, palette.text, palette.line);
    widgets.inactive = widget(palette.raised, palette.text, palette.outline);
    widgets.hovered = widget(palette.hover, palette.text, palette.text);
    widgets.active = widget(palette.hover, palette.text, palette.accent);
    widgets.open = widget(palette.hover, palette.text, clear);
    visuals.weak_text_color = Some(palette.muted);
    visuals.selection.bg_fill = palette.accent.gamma_multiply(if dark { 0.4 } else { 0.3 });
    visuals.selection.stroke = Stroke::new(1.0, palette.text);
    visuals.hyperlink_color = palette.blue;
    visuals.extreme_bg_color = palette.raised;
    visuals.text_edit_bg_color = Some(palette.raised);
    visuals.faint_bg_color = palette.raised;
    visuals.code_bg_color = palette.raised;
    visuals.warn_fg_color = palette.yellow;
    visuals.error_fg_color = palette.red;
    visuals.panel_fill = palette.panel;
    visuals.window_fill = palette.panel;
    visuals.window_stroke = Stroke::new(1.0, palette.line);
    visuals.window_corner_radius = CornerRadius::same(PICTURE_RADIUS as u8);
    visuals.menu_corner_radius = radius;
    visuals.slider_trailing_fill = false;
    // What is disabled here is still worth reading: the settings of a run that is going on.
    visuals.disabled_alpha = 0.65;
    visuals.handle_shape = HandleShape::Circle;
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, as WCAG 2 defines it.
    fn luminance(colour: Color32) -> f64 {
        let linear = |byte: u8| {
            let share = f64::from(byte) / 255.0;
            match share <= 0.03928 {
                true => share / 12.92,
                false => ((share + 0.055) / 1.055).powf(2.4),
            }
        };
        0.2126 * linear(colour.r()) + 0.7152 * linear(colour.g()) + 0.0722 * linear(colour.b())
    }

    fn contrast(one: Color32, other: Color32) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn what_is_read_and_what_is_pressed_stands_out() {
        assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 1e-9);
        for palette in [&DARK, &LIGHT] {
            let grounds = [palette.ground, palette.panel, palette.raised];
            let least = |ink: Color32, grounds: &[Color32], least: f64| {
                for ground in grounds {
                    let found = contrast(ink, *ground);
                    assert!(found >= least, "{ink:?} on {ground:?}: {found:.2}");
                }
            };
            // Text: 4.5 to 1 (WCAG 1.4.3).
            least(palette.text, &grounds, 4.5);
            least(palette.muted, &grounds, 4.5);
            least(palette.muted, &[palette.hover], 4.5);
            least(palette.on_accent, &[palette.accent], 4.5);
            // What is no text, but must be seen: 3 to 1 (WCAG 1.4.11).
            least(palette.outline, &grounds, 3.0);
            least(palette.accent, &grounds, 3.0);
            for hue in [Hue::D, Hue::G, Hue::Real, Hue::Fake, Hue::Machine] {
                least(palette.of(hue), &[palette.ground, palette.panel], 3.0);
            }
            for colour in [palette.red, palette.yellow, palette.green] {
                least(colour, &[palette.ground, palette.panel], 3.0);
            }
        }
    }

    #[test]
    fn an_empty_check_box_has_an_edge_that_is_seen() {
        for (palette, dark) in [(&DARK, true), (&LIGHT, false)] {
            let box_edge = visuals(palette, dark).widgets.inactive.bg_stroke;
            assert!(box_edge.width >= 1.0);
            assert!(contrast(box_edge.color, palette.panel) >= 3.0);
        }
    }
}
