//! What a crate offers: its files without bodies, private parts and documentation, as one text.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Group, TokenStream, TokenTree};
use syn::{
    Attribute, Block, Field, Fields, Ident, ImplItem, Item, ItemImpl, ItemMod, ItemStruct, TraitItem, Type,
    Visibility, parse_quote,
};

use crate::failure::{Attempt, Result};

/// Attributes that users of an item see: what is derived, its form in memory and in documents, when it is there.
const SEEN: [&str; 9] = [
    "derive",
    "non_exhaustive",
    "repr",
    "must_use",
    "cfg",
    "deprecated",
    "serde",
    "macro_export",
    "no_mangle",
];

/// The outline of the crate in this folder.
///
/// # Errors
/// Files that cannot be read.
pub(super) fn of(home: &Path) -> Result<String> {
    let items = read(&home.join("src/lib.rs"), &home.join("src"))?;
    Ok(written(items))
}

fn written(items: Vec<Item>) -> String {
    let hidden = hidden(&items);
    let items = public(items, &hidden);
    prettyplease::unparse(&syn::File { shebang: None, frontmatter: None, attrs: vec![], items })
}

/// The items of a file, with those of the files of its modules in their places.
fn read(file: &Path, folder: &Path) -> Result<Vec<Item>> {
    let text = fs::read_to_string(file).attempt(|| format!("read {}", file.display()))?;
    let parsed = syn::parse_file(&text).attempt(|| format!("read {}", file.display()))?;
    inside(parsed.items, folder)
}

fn inside(items: Vec<Item>, folder: &Path) -> Result<Vec<Item>> {
    let mut read = Vec::new();
    for item in items {
        match item {
            Item::Mod(module) if is_test(&module.attrs) => drop(module),
            Item::Mod(module) => read.push(Item::Mod(filled(module, folder)?)),
            other => read.push(other),
        }
    }
    Ok(read)
}

fn filled(mut module: ItemMod, folder: &Path) -> Result<ItemMod> {
    let name = module.ident.to_string();
    let own = folder.join(&name);
    let items = match module.content.take() {
        Some((_, items)) => inside(items, &own)?,
        None => {
            let beside = folder.join(format!("{name}.rs"));
            let file: PathBuf = if beside.exists() { beside } else { own.join("mod.rs") };
            self::read(&file, &own)?
        }
    };
    module.content = Some((Default::default(), items));
    module.semi = None;
    Ok(module)
}

fn is_test(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| match &attr.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    })
}

/// The names of the types that no module has as a public one.
fn hidden(items: &[Item]) -> BTreeSet<Ident> {
    let (mut open, mut closed) = (BTreeSet::new(), BTreeSet::new());
    names(items, &mut open, &mut closed);
    closed.difference(&open).cloned().collect()
}

fn names(items: &[Item], open: &mut BTreeSet<Ident>, closed: &mut BTreeSet<Ident>) {
    for item in items {
        let (vis, ident) = match item {
            Item::Struct(it) => (&it.vis, &it.ident),
            Item::Enum(it) => (&it.vis, &it.ident),
            Item::Union(it) => (&it.vis, &it.ident),
            Item::Mod(it) => {
                names(it.content.as_ref().map_or(&[], |(_, items)| &items[..]), open, closed);
                continue;
            }
            _ => continue,
        };
        let found = if is_public(vis) { &mut *open } else { &mut *closed };
        found.insert(ident.clone());
    }
}

fn is_public(vis: &Visibility) -> bool {
    matches!(vis, Visibility::Public(_))
}

/// What of these items others can see.
fn public(items: Vec<Item>, hidden: &BTreeSet<Ident>) -> Vec<Item> {
    items.into_iter().filter_map(|item| seen(item, hidden)).collect()
}

fn seen(mut item: Item, hidden: &BTreeSet<Ident>) -> Option<Item> {
    match &mut item {
        Item::Const(it) if is_public(&it.vis) => {
            bare(&mut it.attrs);
            it.expr = parse_quote!(_);
        }
        Item::Static(it) if is_public(&it.vis) => {
            bare(&mut it.attrs);
            it.expr = parse_quote!(_);
        }
        Item::Enum(it) if is_public(&it.vis) => {
            bare(&mut it.attrs);
            for variant in &mut it.variants {
                bare(&mut variant.attrs);
                variant.fields.iter_mut().for_each(|field| bare(&mut field.attrs));
            }
        }
        Item::Struct(it) if is_public(&it.vis) => fields(it),
        Item::Fn(it) if is_public(&it.vis) => {
            bare(&mut it.attrs);
            *it.block = empty();
        }
        Item::Trait(it) if is_public(&it.vis) => {
            bare(&mut it.attrs);
            it.items.iter_mut().for_each(required);
        }
        Item::Type(it) if is_public(&it.vis) => bare(&mut it.attrs),
        Item::Use(it) if is_public(&it.vis) => bare(&mut it.attrs),
        // A macro that others can call, or a use of one, which may make anything.
        Item::Macro(it)
            if it.ident.is_none() || it.attrs.iter().any(|attr| attr.path().is_ident("macro_export")) =>
        {
            bare(&mut it.attrs);
            it.mac.tokens = undocumented(std::mem::take(&mut it.mac.tokens));
        }
        Item::Impl(it) => return implementation(it, hidden).then_some(item),
        Item::Mod(it) => {
            bare(&mut it.attrs);
            let (_, items) = it.content.as_mut()?;
            *items = public(std::mem::take(items), hidden);
            if items.is_empty() {
                return None;
            }
        }
        _ => return None,
    }
    Some(item)
}

/// Takes off what is no business of others'.
fn bare(attrs: &mut Vec<Attribute>) {
    attrs.retain(|attr| SEEN.iter().any(|name| attr.path().is_ident(name)));
}

/// What is given to a macro, without the documentation among it.
fn undocumented(tokens: TokenStream) -> TokenStream {
    let is_documentation = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.stream().to_string().starts_with("doc ="),
        _ => false,
    };
    let mut left = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(ref mark)
                if mark.as_char() == '#' && tokens.peek().is_some_and(is_documentation) =>
            {
                tokens.next();
            }
            TokenTree::Group(group) => {
                left.push(Group::new(group.delimiter(), undocumented(group.stream())).into());
            }
            other => left.push(other),
        }
    }
    left.into_iter().collect()
}

fn empty() -> Block {
    parse_quote!({})
}

/// Leaves public fields; that there are others is told by one.
fn fields(it: &mut ItemStruct) {
    bare(&mut it.attrs);
    match &mut it.fields {
        Fields::Named(named) => {
            let all = std::mem::take(&mut named.named).into_iter();
            let (open, hidden): (Vec<Field>, Vec<Field>) = all.partition(|field| is_public(&field.vis));
            let others: Option<Field> = (!hidden.is_empty()).then(|| parse_quote!(private: _));
            named.named = open.into_iter().chain(others).collect();
        }
        Fields::Unnamed(unnamed) => {
            for field in unnamed.unnamed.iter_mut().filter(|field| !is_public(&field.vis)) {
                field.ty = parse_quote!(_);
            }
        }
        Fields::Unit => {}
    }
    it.fields.iter_mut().for_each(|field| bare(&mut field.attrs));
}

/// A trait's item; a method that has a body keeps an empty one.
fn required(item: &mut TraitItem) {
    match item {
        TraitItem::Fn(it) => {
            bare(&mut it.attrs);
            it.default = it.default.as_ref().map(|_| empty());
        }
        TraitItem::Const(it) => bare(&mut it.attrs),
        TraitItem::Type(it) => bare(&mut it.attrs),
        _ => {}
    }
}

/// Leaves what others can call of an implementation; false if that is nothing.
fn implementation(it: &mut ItemImpl, hidden: &BTreeSet<Ident>) -> bool {
    bare(&mut it.attrs);
    let of_a_trait = it.trait_.is_some();
    it.items.retain_mut(|item| match item {
        ImplItem::Fn(it) if !of_a_trait && is_public(&it.vis) => {
            bare(&mut it.attrs);
            it.block = empty();
            true
        }
        ImplItem::Const(it) if !of_a_trait && is_public(&it.vis) => {
            bare(&mut it.attrs);
            it.expr = parse_quote!(_);
            true
        }
        // What a trait says itself is not said again, but for the types that are chosen here.
        ImplItem::Type(it) => {
            bare(&mut it.attrs);
            of_a_trait
        }
        ImplItem::Macro(_) => true,
        _ => false,
    });
    if of_a_trait { known(&it.self_ty, hidden) } else { !it.items.is_empty() }
}

/// True for what is no private type of the crate.
fn known(of: &Type, hidden: &BTreeSet<Ident>) -> bool {
    match of {
        Type::Path(path) => path.path.segments.last().is_none_or(|last| !hidden.contains(&last.ident)),
        Type::Reference(it) => known(&it.elem, hidden),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_private_is_left_out_and_bodies_are_empty() {
        let text = "/// Words.\n#[derive(Debug)] #[allow(dead_code)] pub struct A { pub one: u32, two: u32 }\n\
                    struct B; impl Clone for B { fn clone(&self) -> B { B } }\n\
                    impl A { /// Words.\n pub fn get(&self) -> u32 { self.two } fn own(&self) {} }\n\
                    impl Iterator for A { type Item = u8; fn next(&mut self) -> Option<u8> { None } }\n\
                    pub trait T { fn a(&self); fn b(&self) { loop {} } }\n pub const C: u8 = 3; fn hidden() {}\n";
        let text = &format!("{text}made! {{ /// Words.\n One, #[cold] Two }}\n");
        let wanted = "#[derive(Debug)]\npub struct A {\n    pub one: u32,\n    private: _,\n}\nimpl A {\n    \
                      pub fn get(&self) -> u32 {}\n}\nimpl Iterator for A {\n    type Item = u8;\n}\n\
                      pub trait T {\n    fn a(&self);\n    fn b(&self) {}\n}\npub const C: u8 = _;\nmade! {\n    One, #[cold] Two\n}\n";
        assert_eq!(written(syn::parse_file(text).unwrap().items), wanted);
    }
}
