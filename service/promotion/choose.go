package promotion

import (
	"cmp"
	"slices"

	"hutong/model"
	"hutong/service/order"
)

// mostWeighed bounds the promotions whose combinations are tried out: those that save most by themselves.
const mostWeighed = 6

// choice is a combination and what it saves.
type choice struct {
	outcomes []*outcome
	saved    model.Fen
	gifts    int
	coupon   *rule
}

func (c choice) better(than choice) bool {
	if c.saved != than.saved {
		return c.saved > than.saved
	}
	return c.gifts > than.gifts
}

// weighed is what choosing has found.
type weighed struct {
	best    choice         // without a coupon, or with the one that was to be used
	plain   choice         // without a coupon
	with    map[int]choice // the best with each coupon that can be used, by its place
	missing []order.Missing
	problem []*model.Error // of each coupon
}

// choose finds the combination of promotions, and of one coupon at most, that saves most. Promotions apply by
// priority, then age; those of one group exclude each other; the coupon comes last. It tries them all, in an order
// that depends on nothing but the rules, and keeps the first of those that are equal: no coupon before one, and
// among coupons the one that is good for the shortest time.
func choose(b *basket, promotions, coupons []*rule) weighed {
	candidates := shortlist(b, promotions)
	w := weighed{
		plain: choice{saved: -1}, with: map[int]choice{},
		missing: make([]order.Missing, len(coupons)), problem: make([]*model.Error, len(coupons)),
	}
	for i, c := range coupons {
		_, w.missing[i], w.problem[i] = c.apply(b)
	}
	for mask := range 1 << len(candidates) {
		now, made, ok := combine(b, candidates, mask)
		if !ok {
			continue
		}
		if w.plain.saved < 0 || made.better(w.plain) {
			w.plain = made
		}
		for i, c := range coupons {
			if w.problem[i] != nil {
				continue
			}
			o, _, err := c.apply(now)
			if err != nil {
				continue
			}
			with := choice{append(slices.Clip(made.outcomes), o), made.saved + o.saved(), made.gifts, c}
			if o.gift {
				with.gifts++
			}
			if known, ok := w.with[i]; !ok || with.better(known) {
				w.with[i] = with
			}
		}
	}
	w.best = w.plain
	return w
}

// combine applies the promotions of a mask; ok is false when two of them exclude each other, or one does nothing:
// then a smaller mask is the same.
func combine(b *basket, candidates []*rule, mask int) (now *basket, made choice, ok bool) {
	now = b.clone()
	groups := map[string]bool{}
	for i, r := range candidates {
		if mask&(1<<i) == 0 {
			continue
		}
		if r.group != "" && groups[r.group] {
			return nil, choice{}, false
		}
		groups[r.group] = true
		o, _, err := r.apply(now)
		if err != nil {
			return nil, choice{}, false
		}
		now.take(o)
		made.outcomes = append(made.outcomes, o)
		made.saved += o.saved()
		if o.gift {
			made.gifts++
		}
	}
	return now, made, true
}

// shortlist is the promotions that can do something, in the order in which they apply.
func shortlist(b *basket, promotions []*rule) []*rule {
	type one struct {
		rule *rule
		made choice
	}
	var able []one
	for _, r := range promotions {
		if o, _, err := r.apply(b); err == nil {
			c := choice{saved: o.saved()}
			if o.gift {
				c.gifts = 1
			}
			able = append(able, one{r, c})
		}
	}
	slices.SortFunc(able, func(x, y one) int {
		return cmp.Or(cmp.Compare(y.made.saved, x.made.saved), cmp.Compare(y.made.gifts, x.made.gifts), cmp.Compare(x.rule.id, y.rule.id))
	})
	able = able[:min(len(able), mostWeighed)]
	out := make([]*rule, len(able))
	for i, a := range able {
		out[i] = a.rule
	}
	slices.SortFunc(out, func(x, y *rule) int {
		return cmp.Or(cmp.Compare(x.priority, y.priority), cmp.Compare(x.id, y.id))
	})
	return out
}

// pick takes the coupon that the consumer wants, or the best. Errors: why the wanted one cannot be used; the best
// without one stands then.
func (w *weighed) pick(coupons []*rule, wanted string) *model.Error {
	if wanted == order.NoCoupon {
		return nil
	}
	for i, c := range coupons {
		with, able := w.with[i]
		switch {
		case wanted == "" && able && with.better(w.best):
			w.best = with
		case wanted != "" && wanted == c.claim.No:
			if !able {
				return cmp.Or(w.problem[i], model.ErrCouponNothing)
			}
			w.best = with
			return nil
		}
	}
	if wanted != "" {
		return model.ErrCouponNotFound
	}
	return nil
}

// mostHints bounds what a quote says of promotions that do not apply.
const mostHints = 5

// hints tells what is missing for promotions that do not apply, those first for which least is and last those that are
// for members of a higher level.
func hints(b *basket, promotions []*rule, best choice) []order.Hint {
	var out []order.Hint
	for _, r := range promotions {
		if slices.ContainsFunc(best.outcomes, func(o *outcome) bool { return o.rule == r }) {
			continue
		}
		h := order.Hint{No: r.no, Name: r.name, Effect: r.effect}
		_, missing, err := r.apply(b)
		switch {
		case err == nil:
			continue
		case missing.AmountFen > 0:
			h.Key, h.Missing = "amount_more", order.Missing{AmountFen: missing.AmountFen}
		case err == model.ErrCouponLevel && r.wouldHelp(b):
			h.Key, h.Level = "level", b.levels[r.conditions.LevelFrom]
		case missing.Pieces > 0:
			h.Key, h.Missing = "pieces_more", order.Missing{Pieces: missing.Pieces}
		case r.flash && slices.ContainsFunc(b.lines, r.wouldPrice) && r.mine < r.left:
			h.Key, h.Missing = "flash_limit", order.Missing{Pieces: int(r.mine)}
		case r.flash && slices.ContainsFunc(b.lines, r.wouldPrice):
			h.Key, h.Missing = "flash_sold_out", order.Missing{Pieces: int(r.left)}
		default:
			continue
		}
		out = append(out, h)
	}
	slices.SortStableFunc(out, func(x, y order.Hint) int {
		return cmp.Or(cmp.Compare(min(1, len(x.Level)), min(1, len(y.Level))), cmp.Compare(x.Missing.AmountFen, y.Missing.AmountFen), cmp.Compare(x.Missing.Pieces, y.Missing.Pieces))
	})
	return out[:min(len(out), mostHints)]
}

// wouldHelp tells whether a rule would make a basket cheaper if its buyer had the level that it is for.
func (r *rule) wouldHelp(b *basket) bool {
	higher := *b
	higher.rank = r.conditions.LevelFrom
	o, _, err := r.apply(&higher)
	return err == nil && (o.gift || o.saved() > 0)
}

// wouldPrice tells whether a flash sale would make a line cheaper if there were enough.
func (r *rule) wouldPrice(l line) bool {
	return r.counts(l) && l.now > r.priceOf(l.sku).Times(l.pieces)
}
