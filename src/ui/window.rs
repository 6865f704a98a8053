//! Opens the window.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use egui::{ViewportBuilder, vec2};

use super::data::Recent;
use super::options::{HINTS_KEY, RECENT_KEY, SCALE_KEY, SIZE, THEME_KEY, WindowOptions};
use super::{App, theme};
use crate::notice::Notice;
use crate::ui::action::FrameAction;
use crate::worker::Latest;

/// Size of the window when nothing else is known: with its frame and a bar of the desktop it fits a screen of
/// 1280×800.
const FIRST_SIZE: egui::Vec2 = vec2(1240.0, 712.0);

/// Height of a screen that the window's frame and a bar of the desktop take.
const BESIDE: f32 = 40.0;

/// Opens the window and comes back when it is closed.
///
/// # Errors
/// No window could be opened, or the screenshot could not be written.
pub fn run(options: WindowOptions) -> Result<(), Notice> {
    let taking = options.screenshot.is_some();
    let failed: Arc<Latest<Notice>> = Arc::default();
    let report = Arc::clone(&failed);
    let viewport = ViewportBuilder::default()
        .with_title("Morphogan")
        .with_app_id("morphogan")
        .with_inner_size(if taking { SIZE } else { FIRST_SIZE })
        .with_clamp_size_to_monitor_size(true)
        .with_min_inner_size(vec2(880.0, 560.0))
        .with_drag_and_drop(true)
        .with_icon(icon());
    let native = eframe::NativeOptions {
        viewport,
        persist_window: !taking,
        event_loop_builder: leftover_wayland().then(x11_alone),
        ..Default::default()
    };
    let opened = eframe::run_native(
        "morphogan",
        native,
        Box::new(move |cc| {
            let mut app = App::new(options, &cc.egui_ctx);
            // Pictures of the window look the same whatever was chosen on this machine.
            let kept = cc
                .storage
                .filter(|_| !taking)
                .and_then(|kept| kept.get_string(THEME_KEY));
            let recent = cc.storage.filter(|_| !taking);
            if let Some(recent) = recent.and_then(|kept| kept.get_string(RECENT_KEY)) {
                app.data.recent = Recent::from_text(&recent);
            }
            let kept_scale = recent.and_then(|kept| kept.get_string(SCALE_KEY));
            if let Some(scale) = kept_scale.and_then(|text| text.parse().ok()) {
                app.explore.stills.set_scale(scale);
            }
            if let Some(done) = recent.and_then(|kept| kept.get_string(HINTS_KEY)) {
                app.frame.hints.forget(&done);
            }
            let dark = kept.as_deref() != Some("light");
            app.apply(super::Action::Frame(FrameAction::Dark(dark)), &cc.egui_ctx);
            close_when_told(app.leaving(), cc.egui_ctx.clone());
            Ok(Box::new(ReportingApp {
                app,
                report,
                is_placed: taking,
            }))
        }),
    );
    opened.map_err(|error| {
        Notice::from_error(
            "The window could not be opened. Use `morphogan train` to work in the terminal.",
            &error,
        )
    })?;
    failed.take().map_or(Ok(()), Err)
}

/// Ends as the close button does when the person logs out or the system shuts down (SIGTERM, SIGHUP), and at
/// Ctrl-C; at once when told twice.
fn close_when_told(leaving: Arc<AtomicBool>, ctx: egui::Context) {
    // Where no handler can be set the system ends the program as it does others.
    let _ = ctrlc::set_handler(move || {
        if leaving.swap(true, Ordering::AcqRel) {
            std::process::exit(130);
        }
        ctx.request_repaint();
    });
}

/// Whether the environment names a Wayland display that nobody serves any more, beside an X11 one.
fn leftover_wayland() -> bool {
    let var = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let (Some(display), Some(_), None) = (
        var("WAYLAND_DISPLAY"),
        var("DISPLAY"),
        var("WAYLAND_SOCKET"),
    ) else {
        return false;
    };
    // An absolute path stays what it is.
    let folder = PathBuf::from(var("XDG_RUNTIME_DIR").unwrap_or_default());
    !answers(&folder.join(display))
}

#[cfg(unix)]
fn answers(socket: &std::path::Path) -> bool {
    std::os::unix::net::UnixStream::connect(socket).is_ok()
}

#[cfg(not(unix))]
fn answers(_socket: &std::path::Path) -> bool {
    true
}

/// Without this a Wayland display that is named is taken, whether it is there or not.
fn x11_alone() -> eframe::EventLoopBuilderHook {
    #[cfg(target_os = "linux")]
    {
        use winit::platform::x11::EventLoopBuilderExtX11 as _;
        Box::new(|builder| {
            builder.with_x11();
        })
    }
    #[cfg(not(target_os = "linux"))]
    Box::new(|_| {})
}

/// Hands on what went wrong when the window closes.
struct ReportingApp {
    app: App,
    report: Arc<Latest<Notice>>,
    /// Whether it is known to lie within the screen.
    is_placed: bool,
}

impl ReportingApp {
    /// Makes a window that is higher than the screen fit it, once.
    fn fit(&mut self, ctx: &egui::Context) {
        if self.is_placed {
            return;
        }
        let (inner, screen, fills) = ctx.input(|input| {
            let viewport = input.viewport();
            let fills = viewport.maximized == Some(true) || viewport.fullscreen == Some(true);
            (viewport.inner_rect, viewport.monitor_size, fills)
        });
        let (Some(inner), Some(screen)) = (inner, screen) else {
            return;
        };
        self.is_placed = true;
        let most = screen.y - BESIDE;
        if !fills && inner.height() > most {
            let size = vec2(inner.width().min(screen.x), most);
            ctx.send_viewport_cmd(egui::ViewportCommand::InnerSize(size));
        }
    }
}

impl eframe::App for ReportingApp {
    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        self.fit(ctx);
        self.app.logic(ctx, frame);
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        self.app.ui(ui, frame);
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        self.app.clear_color(visuals)
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        self.app.save(storage);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        if let Some(notice) = self
            .app
            .screenshot
            .as_mut()
            .and_then(|screenshot| screenshot.failed.take())
        {
            self.report.put(notice);
        }
    }
}

/// The mark of the program: a disc that fades from the accent to the samples' violet.
fn icon() -> egui::IconData {
    const SIDE: usize = 64;
    let palette = theme::palette_of(true);
    let middle = SIDE as f32 / 2.0;
    let mut rgba = Vec::with_capacity(4 * SIDE * SIDE);
    for pixel in 0..SIDE * SIDE {
        let (x, y) = ((pixel % SIDE) as f32 + 0.5, (pixel / SIDE) as f32 + 0.5);
        let distance = (x - middle).hypot(y - middle);
        let cover = (middle - 1.0 - distance).clamp(0.0, 1.0);
        let colour = theme::mark_colour(palette, (x + y) / (2.0 * SIDE as f32));
        rgba.extend([colour.r(), colour.g(), colour.b(), (255.0 * cover) as u8]);
    }
    egui::IconData {
        rgba,
        width: SIDE as u32,
        height: SIDE as u32,
    }
}
