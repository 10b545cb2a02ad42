//! `#[derive(Read)]`: reads a type from a tree of JSON as serde's attributes say that it is written.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Data, DataEnum, DeriveInput, Error, Field, Fields, FieldsNamed, GenericParam, Ident, Result, Type,
    parse_macro_input,
};

mod attributes;

use attributes::{Attributes, Otherwise};

/// Derives `portcullis_json::Read` for a struct with named fields, or for an enum that is tagged by
/// name. Follows `#[serde(rename, rename_all, default, deny_unknown_fields)]`.
#[proc_macro_derive(Read, attributes(serde))]
pub fn derive_read(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    implementation(&input).unwrap_or_else(Error::into_compile_error).into()
}

fn implementation(input: &DeriveInput) -> Result<TokenStream> {
    let attributes = Attributes::of(&input.attrs)?;
    let (blank, read) = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => structure(fields, &attributes)?,
            other => return Err(Error::new_spanned(other, "expected named fields")),
        },
        Data::Enum(data) => enumeration(data, &attributes)?,
        Data::Union(data) => return Err(Error::new_spanned(data.union_token, "a union has no members")),
    };
    let name = &input.ident;
    let lifetime = input.generics.params.iter().find_map(|parameter| match parameter {
        GenericParam::Lifetime(parameter) => Some(&parameter.lifetime),
        _ => None,
    });
    let (generics, a) = match lifetime {
        Some(lifetime) => (quote!(<#lifetime>), quote!(#lifetime)),
        None => (quote!(), quote!('a)),
    };
    Ok(quote! {
        #[automatically_derived]
        impl<#a> ::portcullis_json::Read<#a> for #name #generics {
            fn blank() -> Self {
                #blank
            }

            fn read(
                &mut self,
                json: &#a ::portcullis_json::Json<#a>,
                reader: &mut ::portcullis_json::Reader<#a>,
            ) -> bool {
                #read
            }
        }
    })
}

fn structure(fields: &FieldsNamed, attributes: &Attributes) -> Result<(TokenStream, TokenStream)> {
    let members = Members::of(fields, attributes)?;
    let (names, blanks) = (&members.fields, &members.blanks);
    let read = members.read(|name| quote!(self.#name));
    Ok((quote!(Self { #(#names: #blanks),* }), read))
}

fn enumeration(data: &DataEnum, attributes: &Attributes) -> Result<(TokenStream, TokenStream)> {
    let mut names = Vec::new();
    let mut blanks = Vec::new();
    let mut reads = Vec::new();
    for variant in &data.variants {
        let own = Attributes::of(&variant.attrs)?;
        let name = &variant.ident;
        names.push(own.rename.clone().unwrap_or_else(|| attributes.case.variant(name)));
        let (blank, read) = match &variant.fields {
            Fields::Unit => {
                (quote!(Self::#name), quote!(reader.word(content) && { *self = Self::#name; true }))
            }
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => (
                quote!(Self::#name(::portcullis_json::Read::blank())),
                quote!({
                    let mut value = ::portcullis_json::Read::blank();
                    let good = reader.content(content, &mut |json, reader| {
                        ::portcullis_json::Read::read(&mut value, json, reader)
                    });
                    *self = Self::#name(value);
                    good
                }),
            ),
            Fields::Named(fields) => {
                let members = Members::of(fields, &own)?;
                let (fields, blanks, types) = (&members.fields, &members.blanks, &members.types);
                let read = members.read(|name| quote!(#name));
                (
                    quote!(Self::#name { #(#fields: #blanks),* }),
                    quote!({
                        #(let mut #fields: #types = #blanks;)*
                        let good = reader.content(content, &mut |json, reader| #read);
                        *self = Self::#name { #(#fields),* };
                        good
                    }),
                )
            }
            other @ Fields::Unnamed(_) => return Err(Error::new_spanned(other, "expected one field")),
        };
        blanks.push(blank);
        reads.push(read);
    }
    let blank = blanks.first().ok_or_else(|| Error::new_spanned(&data.variants, "expected a variant"))?;
    let indexes = 0..reads.len();
    let read = quote! {
        const NAMES: &[&str] = &[#(#names),*];
        let Some((variant, content)) = reader.variant(json, NAMES) else { return false };
        match variant {
            #(#indexes => #reads,)*
            _ => false,
        }
    };
    Ok((blank.clone(), read))
}

/// The members of a struct or of a variant.
#[derive(Default)]
struct Members<'t> {
    fields: Vec<&'t Ident>,
    types: Vec<&'t Type>,
    names: Vec<String>,
    blanks: Vec<TokenStream>,
    required: u64,
    closed: bool,
}

impl<'t> Members<'t> {
    fn of(fields: &'t FieldsNamed, attributes: &Attributes) -> Result<Self> {
        let mut members = Self { closed: attributes.closed, ..Self::default() };
        for (index, field) in fields.named.iter().enumerate() {
            let own = Attributes::of(&field.attrs)?;
            let Some(name) = &field.ident else { continue };
            let blank = match &own.otherwise {
                Otherwise::Default => quote!(::core::default::Default::default()),
                Otherwise::Call(path) => quote!(#path()),
                Otherwise::Missing => quote!(::portcullis_json::Read::blank()),
            };
            if matches!(own.otherwise, Otherwise::Missing) && !is_option(field) {
                let bit = u32::try_from(index).ok().and_then(|index| 1_u64.checked_shl(index));
                members.required |= bit.ok_or_else(|| Error::new_spanned(name, "64 members at most"))?;
            }
            members.names.push(own.rename.unwrap_or_else(|| name.to_string()));
            members.fields.push(name);
            members.types.push(&field.ty);
            members.blanks.push(blank);
        }
        Ok(members)
    }

    /// Reads each member into its place, where `json` is the object and `reader` the reader.
    fn read(&self, place: impl Fn(&Ident) -> TokenStream) -> TokenStream {
        let Self { names, required, closed, .. } = self;
        let indexes = 0..names.len();
        let places = self.fields.iter().map(|name| place(name));
        quote!({
            const MEMBERS: ::portcullis_json::read::Members = ::portcullis_json::read::Members {
                names: &[#(#names),*],
                required: #required,
                closed: #closed,
            };
            reader.object(json, &MEMBERS, &mut |index, value, reader| match index {
                #(#indexes => ::portcullis_json::Read::read(&mut #places, value, reader),)*
                _ => false,
            })
        })
    }
}

/// As for serde, an optional member may be left out.
fn is_option(field: &Field) -> bool {
    matches!(&field.ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option"))
}
