//! Every key of the window: what it does, where it works, and how the command is called. Key handling, buttons and
//! tooltips read this table; a key stands nowhere else.

mod keys;
mod places;
#[cfg(test)]
mod tests;
mod words;

use std::sync::LazyLock;

use egui::{Context, Key, KeyboardShortcut, Modifiers, Vec2};

use self::keys::{ARROWS, CTRL_ARROWS, SHIFT_ARROWS, ctrl, ctrl_shift, key, shift};
use self::words::{each_in_words, in_words, one_in_words};
use crate::session::Term;

/// A row of the table.
pub struct Entry {
    pub command: Command,
    pub place: Place,
    pub keys: &'static [KeyboardShortcut],
    /// Whether it is done again for as long as its key is held.
    pub repeats: bool,
    /// What it is called on a button.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub about: &'static str,
}

/// Where keys work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Everywhere.
    Window,
    Data,
    Train,
    Explore,
    Animate,
    Models,
    /// Any control that has the keyboard; each of the following is one, too.
    Control,
    Slider,
    Filmstrip,
    /// The numbers of the latent.
    Equaliser,
    Pad,
    /// The face that is painted on.
    Canvas,
    /// The face that is pulled at.
    PulledFace,
    CropBox,
    /// Saturation and brightness of a colour.
    ColourSquare,
    /// Any face.
    Face,
    /// One that is kept.
    ShelfFace,
    /// One that an animation leads through.
    KeyFace,
    /// A direction that changes along an animation.
    Track,
    /// The window that shows nothing but faces.
    FullScreen,
    /// One of the list of models.
    ModelTile,
    /// One of the arithmetic.
    BoardFace,
    /// One of the sample wall.
    WallFace,
    /// One of those that stand first there.
    PinnedFace,
    /// The field for a name.
    Name,
    /// The field for a path.
    Path,
    /// The question before the window closes.
    Closing,
    /// What stands before the screens, such as the help.
    Sheet,
    /// The list of files where the system has no dialog.
    Browser,
}

pub use places::by_place;

/// Marks a row whose command is done again for as long as its key is held.
const REPEATS: bool = true;

macro_rules! commands {
    ($($id:ident: $place:ident, $keys:expr, $name:literal, $about:literal $(, $repeats:ident)?;)*) => {
        /// Something that a key does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Command {
            $($id,)*
        }

        /// In the order of [`Command`].
        pub static COMMANDS: &[Entry] = &[$(Entry {
            command: Command::$id,
            place: Place::$place,
            keys: $keys,
            repeats: false $(|| $repeats)?,
            name: $name,
            about: $about,
        },)*];
    };
}

commands! {
    ShowData: Window, &[ctrl(Key::Num1)], "Data",
        "Where the pictures come from, and what the network sees of them.";
    ShowTrain: Window, &[ctrl(Key::Num2)], "Train", "Settings, sample wall and curves.";
    ShowExplore: Window, &[ctrl(Key::Num3)], "Explore", "Walk through the latent space.";
    ShowAnimate: Window, &[ctrl(Key::Num4)], "Animate",
        "Faces in time: play them, and take them away as a film.";
    Help: Window, &[key(Key::F1), key(Key::Questionmark)], "Help", "All keys, and what they do.";
    ShowModels: Window, &[ctrl(Key::Num5)], "Models",
        "The models that you have: look at them, compare and blend them, hand them on.";
    SwitchModel: Window, &[ctrl(Key::M)], "Switch model", "Choose the model whose faces are explored.";
    // One button in three states.
    Start: Window, &[key(Key::F5)], "Start", "Start a run with the settings of the Train screen.";
    Pause: Window, &[key(Key::F5)], "Pause",
        "Hold the run after this step; it uses no processor time until you resume.";
    Resume: Window, &[key(Key::F5)], "Resume", "Let the run go on.";
    Stop: Window, &[shift(Key::F5)], "Stop", "End the run after this step and write its model.";
    StepOnce: Window, &[key(Key::F10)], "One step", "One step of both networks, then hold again.";
    StepHalf: Window, &[shift(Key::F10)], "Half a step",
        "The next half of a step: the discriminator learns, then the generator.";

    LogScale: Train, &[key(Key::L)], "Logarithmic scale",
        "Logarithmic scale, where no value is negative: small values are seen beside large ones.";
    ZoomIn: Train, &[key(Key::Plus)], "Fewer steps", "Show fewer steps of the curves.", REPEATS;
    ZoomOut: Train, &[key(Key::Minus)], "All steps", "Show all steps again.";
    StepWall: Train, &[key(Key::ArrowLeft), key(Key::ArrowRight)], "Step",
        "Go to the kept wall before or after.", REPEATS;
    FirstWall: Train, &[key(Key::Home)], "First wall", "Go to the first wall that is kept.";
    NewestWall: Train, &[key(Key::End)], "Now", "Back to the newest wall.";
    PlayWalls: Train, &[key(Key::Space)], "Play the walls",
        "Watch these faces take shape again, from the first wall that is kept, or hold them.";
    ForkHere: Train, &[key(Key::F)], "Fork from here",
        "Start a new run from the checkpoint that is nearest to the step on show; this run is saved and ends.";
    ListEvents: Train, &[key(Key::E)], "Events", "All that happened in the run, or its curves again.";

    Undo: Explore, &[ctrl(Key::Z)], "Undo", "Go one change back.", REPEATS;
    Redo: Explore, &[ctrl_shift(Key::Z), ctrl(Key::Y)], "Redo", "Take the last undo back.", REPEATS;
    NewWall: Explore, &[key(Key::R)], "New random faces", "Other random faces to choose from.";
    Random: Explore, &[key(Key::N)], "Random", "Another random face: every number drawn from N(0, 1).";
    Compare: Explore, &[key(Key::Space)], "Before",
        "Hold to see the face as it was chosen, before it was changed bit by bit.";
    SetStart: Explore, &[key(Key::A)], "Set as start", "The morph begins at the current face.";
    SetEnd: Explore, &[key(Key::B)], "Set as end", "The morph ends at the current face.";
    AddToA: Explore, &[shift(Key::A)], "Add to A", "Put the current face into A of the arithmetic.";
    AddToB: Explore, &[shift(Key::B)], "Add to B", "Put the current face into B of the arithmetic.";
    AddToC: Explore, &[shift(Key::C)], "Add to C", "Put the current face into C of the arithmetic.";
    Corner1: Explore, &[key(Key::Num1)], "First corner", "Put the current face into the pad's first corner.";
    Corner2: Explore, &[key(Key::Num2)], "Second corner", "Put the current face into the pad's second corner.";
    Corner3: Explore, &[key(Key::Num3)], "Third corner", "Put the current face into the pad's third corner.";
    Corner4: Explore, &[key(Key::Num4)], "Fourth corner", "Put the current face into the pad's fourth corner.";
    Keep: Explore, &[key(Key::K)], "Keep",
        "Put the current face on the shelf, where it stays from start to start.";
    MoreLike: Explore, &[key(Key::M)], "More like this", "A wall of faces like the current one.";
    Pin: Explore, &[key(Key::P)], "Pin",
        "Follow this face through training: up to eight stand first on the training wall. Once more: no longer.";
    Difference: Explore, &[key(Key::D)], "Show what has changed",
        "Show the face minus the face before the changes: grey where nothing has changed.";
    ZoomFaceIn: Explore, &[key(Key::Z)], "Larger",
        "Show the face larger, down to its pixels; the wheel does so about the pointer.", REPEATS;
    ZoomFaceOut: Explore, &[shift(Key::Z)], "Smaller", "Show more of the face.", REPEATS;
    FitFace: Explore, &[key(Key::Num0)], "Fit", "Show the whole face again; so does a double click.";
    PanFace: Explore, CTRL_ARROWS, "Move about",
        "Look at another part of a face that is shown larger; a drag with the middle button, or with Space held, does, too.",
        REPEATS;
    PixelView: Explore, &[key(Key::X)], "Pixel view",
        "Show the pixels of the face as they are (nearest neighbour), or let them melt into each other (Catmull–Rom).";

    Walk: Explore, &[key(Key::W)], "Walk",
        "Let the face wander through random faces by itself, or hold it; any change by hand holds it, too.";
    FullScreenFace: Explore, &[key(Key::F11)], "Full screen", "Show the face alone on the whole screen, also while it walks.";
    SavePicture: Explore, &[ctrl(Key::S)], "Save the picture",
        "Write the current face as a picture, as large as the last one.";
    SavePictureAs: Explore, &[ctrl_shift(Key::S)], "Save picture…",
        "Write the current face as a picture; ask how large it is to be, and where it goes.";
    CopyPicture: Explore, &[ctrl(Key::C)], "Copy picture", "Put the picture of the current face on the clipboard.";
    AddToAnimation: Explore, &[shift(Key::K)], "Add to the animation",
        "Put the current face behind the keys of the animation.";

    UndoAnimation: Animate, &[ctrl(Key::Z)], "Undo", "Go one change back.", REPEATS;
    RedoAnimation: Animate, &[ctrl_shift(Key::Z), ctrl(Key::Y)], "Redo", "Take the last undo back.", REPEATS;
    Play: Animate, &[key(Key::Space)], "Play", "Play the animation, or hold it.";
    StepFrame: Animate, &[key(Key::ArrowLeft), key(Key::ArrowRight)], "Step", "Go one picture back or on.", REPEATS;
    FirstFrame: Animate, &[key(Key::Home)], "First picture", "Go to the first picture.";
    LastFrame: Animate, &[key(Key::End)], "Last picture", "Go to the last picture.";
    RangeStart: Animate, &[key(Key::I)], "Range from here", "Play and export only from this picture on.";
    RangeEnd: Animate, &[key(Key::O)], "Range to here", "Play and export only up to this picture.";
    WholeRange: Animate, &[key(Key::X)], "Whole animation", "Play and export all of it again.";
    AddKey: Animate, &[key(Key::K)], "Add the current face",
        "Put the current face of the Explore screen in as a key, after the one that is chosen.";
    SaveAnimation: Animate, &[ctrl(Key::S)], "Save",
        "Write the animation to its file, to be opened and changed again.";
    FullScreen: Animate, &[key(Key::F11)], "Full screen", "Play on the whole screen, without anything around it.";

    CompareModels: Models, &[key(Key::C)], "Compare…",
        "See the chosen model beside another one, on the same latents.";
    BlendModels: Models, &[key(Key::B)], "Blend…",
        "See what lies between the weights of two models of one shape, and save it as a new one.";
    NewLatents: Models, &[key(Key::R)], "New latents", "Other faces, the same ones through both models.";
    Blink: Models, &[key(Key::Space)], "Other model", "Show the other model in the same place.";
    LeavePair: Models, &[key(Key::Escape)], "Back", "Go back to all models.";

    NextControl: Control, &[key(Key::Tab)], "Next control", "Go to the next control.", REPEATS;
    EarlierControl: Control, &[shift(Key::Tab)], "Previous control", "Go to the previous control.", REPEATS;
    PressControl: Control, &[key(Key::Enter), key(Key::Space)], "Press", "Press the control that has the keyboard.";

    StepSlider: Slider, &[key(Key::ArrowLeft), key(Key::ArrowRight)], "Step", "Go one step.", REPEATS;

    StepStrip: Filmstrip, &[key(Key::ArrowLeft), key(Key::ArrowRight)], "Step", "Go one step.", REPEATS;
    StepStripFinely: Filmstrip, &[shift(Key::ArrowLeft), shift(Key::ArrowRight)], "Small step",
        "Go a tenth of a step.", REPEATS;
    StripStart: Filmstrip, &[key(Key::Home)], "First face", "Go to the first face.";
    StripEnd: Filmstrip, &[key(Key::End)], "Last face", "Go to the last face.";
    StripRest: Filmstrip, &[key(Key::Delete)], "Back", "Go back to where it was.";

    ChooseNumber: Equaliser, &[key(Key::ArrowLeft), key(Key::ArrowRight)], "Another number",
        "Choose another number.", REPEATS;
    ChooseRow: Equaliser, &[key(Key::PageUp), key(Key::PageDown)], "Another row",
        "Choose a number of another row.", REPEATS;
    StepNumber: Equaliser, &[key(Key::ArrowUp), key(Key::ArrowDown)], "Step", "Change the number by 0.1.", REPEATS;
    StepNumberFinely: Equaliser, &[shift(Key::ArrowUp), shift(Key::ArrowDown)], "Small step",
        "Change the number by 0.01.", REPEATS;
    ZeroNumber: Equaliser, &[key(Key::Delete)], "Zero", "Make the number 0.";
    LockNumber: Equaliser, &[key(Key::L)], "Lock this number",
        "Keep this number when the others are drawn anew or painted over.";

    MoveOnPad: Pad, ARROWS, "Walk", "Walk between the corners.", REPEATS;

    MoveBrush: Canvas, ARROWS, "Move the brush", "Move the brush by a pixel.", REPEATS;
    MoveBrushFar: Canvas, SHIFT_ARROWS, "Move the brush far", "Move the brush by eight pixels.", REPEATS;
    PaintHere: Canvas, &[key(Key::Enter)], "Paint", "Paint for as long as it is held.";
    PickColour: Canvas, &[key(Key::I)], "Pick the colour", "Take up the colour under the brush.";
    TakeBack: Canvas, &[key(Key::Backspace)], "Take the last stroke off", "Take the last stroke off the face.";

    MoveHand: PulledFace, ARROWS, "Move the hand", "Move the hand by a pixel, and pull what it holds.", REPEATS;
    MoveHandFar: PulledFace, SHIFT_ARROWS, "Move the hand far", "Move the hand by eight pixels.", REPEATS;
    TakeHold: PulledFace, &[key(Key::Enter)], "Take hold", "Take hold of the face at the hand, or let it go.";
    PinHere: PulledFace, &[key(Key::I)], "Pin this place", "Hold the place at the hand where it is, or no longer.";
    KeepHere: PulledFace, &[key(Key::U)], "Keep this place", "Keep what is around the hand as it is.";
    FreeAll: PulledFace, &[key(Key::Backspace)], "Free all", "Take all pins out, and keep nothing as it is.";

    MoveBox: CropBox, ARROWS, "Move the box", "Move the box by a pixel.", REPEATS;
    MoveBoxFar: CropBox, SHIFT_ARROWS, "Move the box far", "Move the box by ten pixels.", REPEATS;
    GrowBox: CropBox, &[key(Key::Plus), key(Key::Equals)], "Larger box", "Make the box larger.", REPEATS;
    ShrinkBox: CropBox, &[key(Key::Minus)], "Smaller box", "Make the box smaller.", REPEATS;

    MoveColour: ColourSquare, ARROWS, "Change the colour",
        "More or less saturated to the sides, brighter upwards and darker downwards.", REPEATS;
    FaceMenu: Face, &[key(Key::F4)], "Menu", "Open the menu of the face, as the right button does.";
    RenameKept: ShelfFace, &[key(Key::F2)], "Rename…", "Give the kept face another name.";
    DeleteKept: ShelfFace, &[key(Key::Delete)], "Delete", "Take the face off the shelf.";
    RenameKey: KeyFace, &[key(Key::F2)], "Rename…", "Give the key another name.";
    DuplicateKey: KeyFace, &[ctrl(Key::D)], "Duplicate", "Put the same face in once more.";
    DeleteKey: KeyFace, &[key(Key::Delete)], "Delete", "Take the key out.";
    MoveKey: KeyFace, &[ctrl(Key::ArrowLeft), ctrl(Key::ArrowRight)], "Move",
        "Change places with the key before or after.";
    StepTrack: Track, &[key(Key::ArrowUp), key(Key::ArrowDown)], "Raise or lower",
        "Change the value at the playhead by 0.25 σ; where no key is, one is put in.", REPEATS;
    DropTrackKey: Track, &[key(Key::Delete)], "Delete", "Take the key at the playhead out.";
    LeaveFullScreen: FullScreen, &[key(Key::Escape), key(Key::F11)], "Close", "Go back to the window.";
    WalkFull: FullScreen, &[key(Key::W)], "Walk", "Let the face of the Explore screen wander, or hold it.";
    ZoomFullIn: FullScreen, &[key(Key::Z), key(Key::Plus), key(Key::Equals)], "Larger", "Show it larger, as the wheel does.", REPEATS;
    ZoomFullOut: FullScreen, &[shift(Key::Z), key(Key::Minus)], "Smaller", "Show more of it.", REPEATS;
    FitFull: FullScreen, &[key(Key::Num0)], "Fit", "Show all of it again.";
    PanFull: FullScreen, ARROWS, "Move about", "Look at another part of it, as a drag does.", REPEATS;
    NextMonitor: FullScreen, &[key(Key::M)], "Next monitor", "Show it on the next monitor.";
    RenameModel: ModelTile, &[key(Key::F2)], "Rename…", "Give the model another name in the list; its file keeps its own.";
    RemoveModel: ModelTile, &[key(Key::Delete)], "Remove", "Move the model to the trash; one whose file is gone leaves the list.";
    TakeOffBoard: BoardFace, &[key(Key::Delete)], "Take it off the board", "Take the face off the board.";
    MoveOnWall: WallFace, ARROWS, "Another face", "Go to the next face of the wall.", REPEATS;
    PinOnWall: WallFace, &[key(Key::P)], "Pin",
        "Let the face stand first on the wall and follow it through training, or no longer.";
    Unpin: PinnedFace, &[key(Key::Delete)], "Unpin", "Let the face no longer stand first on the training wall.";

    AcceptName: Name, &[key(Key::Enter)], "Accept", "Take the name that was typed.";
    KeepOldName: Name, &[key(Key::Escape)], "Cancel", "Keep the old name.";
    AcceptPath: Path, &[key(Key::Enter)], "Accept", "Take the path that was typed.";
    CloseSheet: Sheet, &[key(Key::Escape)], "Close", "Go back to the window.";
    BrowseMove: Browser, &[key(Key::ArrowUp), key(Key::ArrowDown)], "Choose", "Go to the file above or below.", REPEATS;
    BrowsePage: Browser, &[key(Key::PageUp), key(Key::PageDown)], "Choose far", "Go a page up or down.", REPEATS;
    BrowseFirst: Browser, &[key(Key::Home)], "First", "Go to the first file.";
    BrowseLast: Browser, &[key(Key::End)], "Last", "Go to the last file.";
    BrowseOpen: Browser, &[key(Key::Enter)], "Open", "Open the folder, or take the file.";
    BrowseUp: Browser, &[key(Key::Backspace)], "Up", "Go to the folder above.";
    KeepTraining: Closing, &[key(Key::Escape)], "Keep training", "Go back; the run goes on.";
}

/// What each command does and its keys, as in "Go one change back. Key: Ctrl+Z".
static TIPS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let tip = |entry: &Entry| {
        let word = if entry.keys.len() == 1 { "Key" } else { "Keys" };
        format!("{} {word}: {}", entry.about, in_words(entry.keys))
    };
    COMMANDS.iter().map(tip).collect()
});

impl Entry {
    /// Its keys, as people write them.
    pub fn keys_in_words(&self) -> Vec<String> {
        each_in_words(self.keys)
    }
}

impl Command {
    pub fn add_to(term: Term) -> Self {
        match term {
            Term::A => Self::AddToA,
            Term::B => Self::AddToB,
            Term::C => Self::AddToC,
        }
    }

    pub fn entry(self) -> &'static Entry {
        &COMMANDS[self as usize] // made of the same rows
    }

    /// What it is called on a button.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// What it does and its keys, for a tooltip.
    pub fn tip(self) -> &'static str {
        &TIPS[self as usize] // one a row
    }

    /// Its first key, as people write it.
    pub fn key(self) -> String {
        self.entry()
            .keys
            .first()
            .map(one_in_words)
            .unwrap_or_default()
    }

    /// Whether its keys were pressed in this frame; nobody else hears of them then. To be asked by the control that
    /// has the keyboard.
    pub fn pressed(self, ctx: &Context) -> bool {
        self.presses(ctx) > 0
    }

    /// How often its keys were pressed in this frame.
    pub fn presses(self, ctx: &Context) -> usize {
        self.entry().keys.iter().map(|key| count(ctx, key)).sum()
    }

    /// Whether this is the first of its keys: that of the way back where it has two.
    pub fn is_first(self, shortcut: &KeyboardShortcut) -> bool {
        self.entry().keys.first() == Some(shortcut)
    }

    /// Whether one of its keys is held.
    pub fn is_down(self, ctx: &Context) -> bool {
        let mut keys = self.entry().keys.iter();
        ctx.input(|input| keys.any(|key| input.key_down(key.logical_key)))
    }

    /// Whether one of its keys was let go.
    pub fn released(self, ctx: &Context) -> bool {
        let mut keys = self.entry().keys.iter();
        ctx.input(|input| keys.any(|key| input.key_released(key.logical_key)))
    }

    /// How far its arrow keys go in this frame, right and down. With Shift they would match those without: who
    /// listens to both asks for them first.
    pub fn arrows(self, ctx: &Context) -> Vec2 {
        let keys = self.entry().keys.iter();
        let ways = keys.map(|shortcut| count(ctx, shortcut) as f32 * way(shortcut));
        ways.fold(Vec2::ZERO, |sum, way| sum + way)
    }
}

/// Which way an arrow key goes, right and down.
pub fn way(shortcut: &KeyboardShortcut) -> Vec2 {
    match shortcut.logical_key {
        Key::ArrowRight => Vec2::new(1.0, 0.0),
        Key::ArrowLeft => Vec2::new(-1.0, 0.0),
        Key::ArrowDown | Key::PageDown => Vec2::new(0.0, 1.0),
        Key::ArrowUp | Key::PageUp => Vec2::new(0.0, -1.0),
        _ => Vec2::ZERO,
    }
}

fn count(ctx: &Context, shortcut: &KeyboardShortcut) -> usize {
    let KeyboardShortcut {
        modifiers,
        logical_key,
    } = *shortcut;
    ctx.input_mut(|input| input.count_and_consume_key(modifiers, logical_key))
}

/// `about`, and the keys that work at these places, a line each.
pub fn with_keys(about: &str, places: &[Place]) -> String {
    let here = COMMANDS
        .iter()
        .filter(|entry| places.contains(&entry.place));
    let lines = here.map(|entry| format!("{}: {}", in_words(entry.keys), entry.about));
    let all: Vec<String> = std::iter::once(about.to_owned()).chain(lines).collect();
    all.join("\n")
}

/// All shortcuts that work on `screen`, those with more modifiers first: the shorter ones would match too.
pub fn shortcuts_on(screen: Place) -> Vec<(KeyboardShortcut, Command)> {
    let is_here = |entry: &&Entry| entry.place == Place::Window || entry.place == screen;
    let here = COMMANDS.iter().filter(is_here);
    let pairs = here.flat_map(|entry| entry.keys.iter().map(|key| (*key, entry.command)));
    let mut all: Vec<_> = pairs.collect();
    let count = |modifiers: Modifiers| u8::from(modifiers.command) + u8::from(modifiers.shift);
    all.sort_by_key(|(shortcut, _)| std::cmp::Reverse(count(shortcut.modifiers)));
    all
}

/// Whether some command is done again for as long as this key is held.
pub fn repeats(key: Key, modifiers: Modifiers) -> bool {
    let of = |wanted: &KeyboardShortcut| {
        wanted.logical_key == key && wanted.modifiers.command == modifiers.command
    };
    let mut rows = COMMANDS.iter().filter(|entry| entry.repeats);
    rows.any(|entry| entry.keys.iter().any(of))
}
