//! Python's pickle machine, as much of it as tensors in plain containers need.
//!
//! A pickle is a program for a stack machine that can call any function of Python. This one knows no functions: a
//! class that is not in [`Class`]'s list ends it, and the others stand for what this file makes of them. Nothing
//! is copied out of the pickle, each opcode makes one value at most, and the copies of lists are counted, so that memory stays a
//! small multiple of the pickle's length, whatever lengths it claims.

use std::cell::Cell;
use std::collections::HashMap;

use super::fault::{CUT, Fault};
use super::opcodes::*;
use super::value::{Class, Id, Storage, Tensor, Value};

/// Longer pickles are no list of a network's tensors.
pub const LONGEST: usize = 8 << 20;
/// A value takes some fifty bytes.
const MOST_VALUES: usize = 4 << 20;

const ODD: Fault = Fault::Damaged("its list of tensors is no valid pickle");

/// What a pickle holds.
#[derive(Debug)]
pub struct Pickled<'a> {
    pub root: Id,
    values: Vec<Value<'a>>,
    /// Bytes of the pickle.
    pub length: usize,
}

impl<'a> Pickled<'a> {
    /// Reads the pickle that `bytes` begin with.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Fault> {
        let mut machine = Machine {
            bytes: bytes.get(..LONGEST).unwrap_or(bytes),
            at: 0,
            values: Vec::new(),
            stack: Vec::new(),
            marks: Vec::new(),
            memo: HashMap::new(),
            copied: Cell::new(0),
        };
        let root = machine.run();
        let is_longer = machine.at >= LONGEST;
        match root {
            Err(fault) if fault == CUT && is_longer => Err(Fault::Unusual(
                "its list of tensors is longer than a network's",
            )),
            Err(fault) => Err(fault),
            Ok(root) => Ok(Self {
                root,
                values: machine.values,
                length: machine.at,
            }),
        }
    }

    pub fn value(&self, id: Id) -> &Value<'a> {
        static NOTHING: Value<'static> = Value::Other;
        self.values.get(id.0 as usize).unwrap_or(&NOTHING)
    }
}

struct Machine<'a> {
    bytes: &'a [u8],
    at: usize,
    values: Vec<Value<'a>>,
    stack: Vec<Id>,
    /// Heights of the stack at each mark.
    marks: Vec<usize>,
    memo: HashMap<u32, Id>,
    /// Parts of lists that were copied into values: a list may be used again and again.
    copied: Cell<usize>,
}

impl<'a> Machine<'a> {
    fn run(&mut self) -> Result<Id, Fault> {
        loop {
            match self.byte()? {
                STOP => return self.pop(),
                PROTO => drop(self.byte()?),
                FRAME => drop(self.take(8)?),
                MARK => self.marks.push(self.stack.len()),
                POP => self.pop_or_mark()?,
                POP_MARK => drop(self.above_mark()?),
                DUP => {
                    let top = self.top()?;
                    self.stack.push(top);
                }
                NONE | NEWTRUE | NEWFALSE => self.push(Value::Other)?,
                BINFLOAT => {
                    self.take(8)?;
                    self.push(Value::Other)?;
                }
                code @ (BININT | BININT1 | BININT2 | LONG1) => self.integer(code)?,
                code @ (BINUNICODE | SHORT_BINUNICODE | BINUNICODE8 | BINSTRING
                | SHORT_BINSTRING | BINBYTES | SHORT_BINBYTES) => self.text(code)?,
                code @ (BINGET | LONG_BINGET) => {
                    let index = self.memo_index(code == BINGET)?;
                    self.stack.push(*self.memo.get(&index).ok_or(ODD)?);
                }
                code @ (BINPUT | LONG_BINPUT) => {
                    let index = self.memo_index(code == BINPUT)?;
                    let top = self.top()?;
                    self.memo.insert(index, top);
                }
                MEMOIZE => {
                    let (index, top) = (self.memo.len(), self.top()?);
                    self.memo
                        .insert(u32::try_from(index).map_err(|_| ODD)?, top);
                }
                code => self.container(code)?,
            }
        }
    }

    fn container(&mut self, code: u8) -> Result<(), Fault> {
        match code {
            EMPTY_TUPLE | EMPTY_LIST | EMPTY_SET => self.push(Value::Items(Vec::new())),
            EMPTY_DICT => self.push(Value::Pairs(Vec::new())),
            TUPLE => {
                let items = self.above_mark()?;
                self.push(Value::Items(items))
            }
            TUPLE1 => self.tuple(1),
            TUPLE2 => self.tuple(2),
            TUPLE3 => self.tuple(3),
            APPEND => {
                let item = self.pop()?;
                self.extend(&[item])
            }
            APPENDS | ADDITEMS => {
                let items = self.above_mark()?;
                self.extend(&items)
            }
            SETITEM => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.set(&[key, value])
            }
            SETITEMS => {
                let items = self.above_mark()?;
                self.set(&items)
            }
            code => self.object(code),
        }
    }

    fn object(&mut self, code: u8) -> Result<(), Fault> {
        match code {
            GLOBAL => {
                let (module, name) = (self.line()?, self.line()?);
                self.class(module, name)
            }
            STACK_GLOBAL => {
                let (name, module) = (self.pop()?, self.pop()?);
                let (Value::Text(module), Value::Text(name)) = (self.of(module)?, self.of(name)?)
                else {
                    return Err(ODD);
                };
                let (module, name) = (*module, *name);
                self.class(module, name)
            }
            REDUCE | NEWOBJ => {
                let (arguments, class) = (self.pop()?, self.pop()?);
                let (Value::Class(class), Value::Items(arguments)) =
                    (self.of(class)?, self.of(arguments)?)
                else {
                    return Err(ODD);
                };
                let made = self.make(*class, arguments)?;
                self.push(made)
            }
            // The state of a container or of settings, which no tensor is read from.
            BUILD => {
                self.pop()?;
                match self.of(self.top()?)? {
                    Value::Pairs(_) | Value::Other | Value::Tensor(_) => Ok(()),
                    _ => Err(ODD),
                }
            }
            BINPERSID => {
                let named = self.pop()?;
                let storage = self.storage(named)?;
                self.push(Value::Storage(storage))
            }
            _ => Err(Fault::Damaged("its list of tensors has an unknown opcode")),
        }
    }

    fn class(&mut self, module: &str, name: &str) -> Result<(), Fault> {
        if module.starts_with("__torch__") {
            return Err(Fault::TorchScript);
        }
        let class = Class::named(module, name);
        let shown = || {
            let name = format!("{module}.{name}");
            name.chars().filter(|c| !c.is_control()).take(100).collect()
        };
        self.push(Value::Class(class.ok_or_else(|| Fault::Calls(shown()))?))
    }

    /// Allows for so many more copies.
    fn copy(&self, count: usize) -> Result<(), Fault> {
        self.copied.set(self.copied.get().saturating_add(count));
        if self.copied.get() > MOST_VALUES {
            return Err(Fault::Unusual("it holds more than a network's tensors"));
        }
        Ok(())
    }

    /// What `class` gives for `arguments`.
    fn make(&self, class: Class, arguments: &[Id]) -> Result<Value<'a>, Fault> {
        match (class, arguments) {
            (Class::Tensor, [storage, offset, shape, strides, ..]) => {
                let Value::Storage(storage) = *self.of(*storage)? else {
                    return Err(ODD);
                };
                Ok(Value::Tensor(Box::new(Tensor {
                    storage,
                    offset: self.number(*offset)?,
                    shape: self.numbers(*shape)?,
                    strides: self.numbers(*strides)?,
                })))
            }
            (Class::Parameter, [tensor, ..]) => match self.of(*tensor)? {
                tensor @ Value::Tensor(_) => Ok(tensor.clone()),
                _ => Err(ODD),
            },
            (Class::Dict, []) => Ok(Value::Pairs(Vec::new())),
            // With what it begins with, as older versions of Python wrote it: a list of pairs.
            (Class::Dict, [pairs, ..]) => {
                let Value::Items(pairs) = self.of(*pairs)? else {
                    return Ok(Value::Pairs(Vec::new()));
                };
                let pair = |id: &Id| match self.of(*id)? {
                    Value::Items(pair) => match pair[..] {
                        [key, value] => Ok((key, value)),
                        _ => Err(ODD),
                    },
                    _ => Err(ODD),
                };
                self.copy(pairs.len())?;
                Ok(Value::Pairs(
                    pairs.iter().map(pair).collect::<Result<_, _>>()?,
                ))
            }
            (Class::Other, _) => Ok(Value::Other),
            _ => Err(ODD),
        }
    }

    /// `('storage', its class, key, device, numbers)`.
    fn storage(&self, named: Id) -> Result<Storage<'a>, Fault> {
        let Value::Items(parts) = self.of(named)? else {
            return Err(ODD);
        };
        let [kind, class, key, _, count, ..] = parts[..] else {
            return Err(ODD);
        };
        // Views, as PyTorch wrote before 0.4.
        if let Some(view) = parts.get(5)
            && !matches!(self.of(*view)?, Value::Other)
        {
            return Err(Fault::Unusual(
                "it was written by PyTorch before version 0.4",
            ));
        }
        match (self.of(kind)?, self.of(class)?, self.of(key)?) {
            (Value::Text("storage"), Value::Class(Class::Storage(dtype)), Value::Text(key)) => {
                Ok(Storage {
                    key,
                    dtype: *dtype,
                    count: self.number(count)?,
                })
            }
            _ => Err(ODD),
        }
    }

    fn number(&self, id: Id) -> Result<usize, Fault> {
        match self.of(id)? {
            Value::Int(number) => usize::try_from(*number).map_err(|_| ODD),
            _ => Err(ODD),
        }
    }

    fn numbers(&self, id: Id) -> Result<Vec<usize>, Fault> {
        match self.of(id)? {
            // No kernel has more sides.
            Value::Items(ids) if ids.len() <= 8 => ids.iter().map(|id| self.number(*id)).collect(),
            _ => Err(ODD),
        }
    }

    fn integer(&mut self, code: u8) -> Result<(), Fault> {
        let length = match code {
            BININT1 => 1,
            BININT2 => 2,
            BININT => 4,
            _ => usize::from(self.byte()?),
        };
        let bytes = self.take(length)?;
        let is_signed = matches!(code, BININT | LONG1);
        let is_negative = is_signed && bytes.last().is_some_and(|high| high & 0x80 != 0);
        // Longer ones are no size of anything.
        let Some(mut number) = (length <= 8).then_some([if is_negative { 0xff } else { 0 }; 8])
        else {
            return self.push(Value::Other);
        };
        number[..length].copy_from_slice(bytes);
        self.push(Value::Int(i64::from_le_bytes(number)))
    }

    fn text(&mut self, code: u8) -> Result<(), Fault> {
        let length = match code {
            SHORT_BINUNICODE | SHORT_BINSTRING | SHORT_BINBYTES => usize::from(self.byte()?),
            BINUNICODE8 => usize::try_from(self.little_endian(8)?).map_err(|_| CUT)?,
            _ => usize::try_from(self.little_endian(4)?).map_err(|_| CUT)?,
        };
        let text = std::str::from_utf8(self.take(length)?);
        self.push(text.map_or(Value::Other, Value::Text))
    }

    fn memo_index(&mut self, is_short: bool) -> Result<u32, Fault> {
        let index = self.little_endian(if is_short { 1 } else { 4 })?;
        u32::try_from(index).map_err(|_| ODD)
    }

    fn little_endian(&mut self, length: usize) -> Result<u64, Fault> {
        let bytes = self.take(length)?;
        let number = bytes.iter().rev();
        Ok(number.fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        Ok(self.take(1)?[0])
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Fault> {
        let end = self.at.checked_add(length).ok_or(CUT)?;
        let taken = self.bytes.get(self.at..end);
        let taken = taken.ok_or_else(|| {
            self.at = self.bytes.len();
            CUT
        })?;
        self.at = end;
        Ok(taken)
    }

    /// Up to the end of a line.
    fn line(&mut self) -> Result<&'a str, Fault> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|&byte| byte == b'\n').ok_or(CUT)?;
        let line = std::str::from_utf8(self.take(length)?).map_err(|_| ODD)?;
        self.byte()?;
        Ok(line)
    }

    fn push(&mut self, value: Value<'a>) -> Result<(), Fault> {
        if self.values.len() >= MOST_VALUES {
            return Err(Fault::Unusual("it holds more than a network's tensors"));
        }
        self.stack.push(Id(self.values.len() as u32)); // below MOST_VALUES
        self.values.push(value);
        Ok(())
    }

    fn pop(&mut self) -> Result<Id, Fault> {
        let floor = self.marks.last().copied().unwrap_or(0);
        let is_above = self.stack.len() > floor;
        self.stack.pop().filter(|_| is_above).ok_or(ODD)
    }

    fn pop_or_mark(&mut self) -> Result<(), Fault> {
        if self.marks.last() == Some(&self.stack.len()) {
            self.marks.pop();
            return Ok(());
        }
        self.pop().map(drop)
    }

    fn top(&self) -> Result<Id, Fault> {
        self.stack.last().copied().ok_or(ODD)
    }

    fn above_mark(&mut self) -> Result<Vec<Id>, Fault> {
        let mark = self.marks.pop().ok_or(ODD)?;
        Ok(self.stack.split_off(mark.min(self.stack.len())))
    }

    fn tuple(&mut self, length: usize) -> Result<(), Fault> {
        let start = self.stack.len().checked_sub(length).ok_or(ODD)?;
        if self.marks.last().is_some_and(|&mark| mark > start) {
            return Err(ODD);
        }
        let items = self.stack.split_off(start);
        self.push(Value::Items(items))
    }

    fn of(&self, id: Id) -> Result<&Value<'a>, Fault> {
        self.values.get(id.0 as usize).ok_or(ODD)
    }

    fn extend(&mut self, items: &[Id]) -> Result<(), Fault> {
        let top = self.top()?;
        match self.values.get_mut(top.0 as usize) {
            Some(Value::Items(list)) => list.extend_from_slice(items),
            Some(Value::Other) => {}
            _ => return Err(ODD),
        }
        Ok(())
    }

    fn set(&mut self, items: &[Id]) -> Result<(), Fault> {
        let top = self.top()?;
        let (pairs, rest) = items.as_chunks::<2>();
        match self.values.get_mut(top.0 as usize) {
            Some(Value::Pairs(dict)) if rest.is_empty() => {
                dict.extend(pairs.iter().map(|&[key, value]| (key, value)));
            }
            Some(Value::Other) => {}
            _ => return Err(ODD),
        }
        Ok(())
    }
}
