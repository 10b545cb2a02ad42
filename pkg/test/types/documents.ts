/** The documents that are typed by hand are those that the module declares. */
import { expectTypeOf } from 'expect-type';
import type * as glue from '../../dist/glue.js';
import type * as hand from 'portcullis';

/** The generated types say `undefined` where JSON has null. */
type Nulls<T> = T extends undefined ? null
  : T extends (infer Item)[] ? number extends T['length'] ? Nulls<Item>[] : T
  : T extends object ? { [Name in keyof T]: {} extends Pick<T, Name> ? Exclude<T[Name], undefined> extends infer V ? NullsInside<V> : never : Nulls<T[Name]> }
  : T;
type NullsInside<T> = T extends object ? Nulls<T> : T;

expectTypeOf<hand.Reason>().toEqualTypeOf<glue.Reason>();
expectTypeOf<hand.Stage>().toEqualTypeOf<glue.Stage>();
expectTypeOf<Nulls<glue.Decision>>().toMatchTypeOf<hand.Decision>();
expectTypeOf<hand.Decision>().toMatchTypeOf<Nulls<glue.Decision>>();
expectTypeOf<keyof hand.Decision>().toEqualTypeOf<keyof glue.Decision>();
expectTypeOf<keyof hand.Explanation>().toEqualTypeOf<keyof glue.ExplanationView>();
expectTypeOf<Nulls<glue.ExplanationView>>().toMatchTypeOf<hand.Explanation>();
expectTypeOf<Nulls<glue.EffectiveView>>().toMatchTypeOf<hand.Effective>();
expectTypeOf<hand.Effective>().toMatchTypeOf<Nulls<glue.EffectiveView>>();
expectTypeOf<Nulls<glue.DiffView>>().toMatchTypeOf<hand.Difference>();
expectTypeOf<hand.Difference>().toMatchTypeOf<Nulls<glue.DiffView>>();
expectTypeOf<Nulls<glue.KeyView>>().toMatchTypeOf<hand.UsableKey>();
expectTypeOf<Nulls<glue.KeyWarning>>().toMatchTypeOf<hand.KeyWarning>();
expectTypeOf<hand.Finding>().toEqualTypeOf<glue.Finding>();
expectTypeOf<hand.ClaimProblem>().toEqualTypeOf<glue.ClaimErrorView>();
expectTypeOf<hand.Version>().toEqualTypeOf<glue.Version>();
// What a request may say: the façade refuses every other name.
expectTypeOf<keyof hand.RequestFacts | 'now'>().toEqualTypeOf<keyof glue.Request>();
expectTypeOf<keyof hand.CatalogDocument>().toEqualTypeOf<keyof glue.CatalogDocument>();
expectTypeOf<hand.MapRequest>().toMatchTypeOf<glue.ImportRequest>();
expectTypeOf<glue.ImportAnswer>().toMatchTypeOf<hand.MapAnswer>();
// What searches find. The compiler gives up on recursive types as a whole, so by their members.
type Kinds<T> = T extends object ? keyof T : T;
type Within<T, Kind extends PropertyKey> = T extends Record<Kind, infer V> ? keyof V : never;
expectTypeOf<Kinds<hand.Rows>>().toEqualTypeOf<Kinds<glue.Rows>>();
expectTypeOf<Kinds<hand.RowTest>>().toEqualTypeOf<Kinds<glue.RowTest>>();
expectTypeOf<Within<hand.RowTest, 'compare'>>().toEqualTypeOf<Within<glue.RowTest, 'compare'>>();
expectTypeOf<Within<hand.RowTest, 'compare_columns'>>().toEqualTypeOf<Within<glue.RowTest, 'compare_columns'>>();
expectTypeOf<Kinds<hand.TaggedValue>>().toEqualTypeOf<Kinds<glue.TaggedValue>>();
expectTypeOf<hand.Column>().toEqualTypeOf<glue.Column>();
expectTypeOf<hand.Relation>().toEqualTypeOf<glue.Relation>();
