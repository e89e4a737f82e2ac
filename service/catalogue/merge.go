package catalogue

import (
	"maps"
	"slices"

	"hutong/model"
	"hutong/service/catalogue/shopify"
)

// source is what products of a Shopify export have as their Source.
const source = "shopify"

// merge is the stored product changed into what the file says. pictures are where the file's pictures are
// now, by their address in the file.
func merge(old stored, p shopify.Product, pictures map[string]model.Picture, category, language string) ProductSpec {
	spec := ProductSpec{
		Handle: p.Handle, Title: with(old.Title, language, p.Title), Summary: old.Summary, Body: with(old.Body, language, p.Body),
		Vendor: p.Vendor, Tags: p.Tags, FreightTemplateID: old.FreightTemplateID, NoReturn: old.NoReturn,
		Published: p.Published, PublishAt: old.PublishAt, Sort: old.Sort, Source: source, merge: true, partial: p.Partial,
	}
	if old.ID != 0 {
		spec.Source = old.Source // what it came from first
	}
	if category != "" {
		spec.Categories = []string{category}
	}
	var place [][]int
	spec.Options, place = mergeOptions(old.Options, p.Options, language)
	for _, from := range p.Pictures {
		if picture, ok := pictures[from.URL]; ok {
			picture.Alt = altOf(old.Pictures, picture.URL)
			if from.Alt != "" {
				picture.Alt = with(picture.Alt, language, from.Alt)
			}
			spec.Pictures = addPicture(spec.Pictures, picture)
		}
	}
	for i, v := range p.Variants {
		k := SKUSpec{
			Code: v.Code, PriceFen: v.Price, CompareAtFen: v.CompareAt, Barcode: v.Barcode, WeightGrams: v.WeightGrams,
			Stock: v.Stock, Sort: int64(i), keep: v.Unreadable,
		}
		for option, value := range v.Choice {
			k.Choice = append(k.Choice, place[option][value])
		}
		if picture, ok := pictures[v.Picture]; ok {
			k.Picture = picture.URL
			picture.Alt = altOf(old.Pictures, picture.URL)
			spec.Pictures = addPicture(spec.Pictures, picture)
		}
		spec.SKUs = append(spec.SKUs, k)
	}
	return spec
}

// with is the text with one language changed; an empty text takes the language away.
func with(t model.Text, language, s string) model.Text {
	t = maps.Clone(t)
	if t == nil {
		t = model.Text{}
	}
	if t[language] = s; s == "" {
		delete(t, language)
	}
	return t
}

func altOf(pictures []model.Picture, address string) model.Text {
	for _, p := range pictures {
		if p.URL == address {
			return p.Alt
		}
	}
	return nil
}

// addPicture adds a picture once, and no more than a product may have.
func addPicture(all []model.Picture, p model.Picture) []model.Picture {
	if len(all) >= shopify.MaxPictures || slices.ContainsFunc(all, func(q model.Picture) bool { return q.URL == p.URL }) {
		return all
	}
	return append(all, p)
}

// mergeOptions keeps the stored values in their places, so that a SKU's choice means what it did, and adds
// those that are new. Options that are other ones than the stored are taken as they are. place tells for
// each of the file's values its index among the merged.
func mergeOptions(old []model.Option, from []shopify.Option, language string) (merged []model.Option, place [][]int) {
	place = make([][]int, len(from))
	fresh := make([]model.Option, len(from))
	for i, f := range from {
		fresh[i].Name = model.Text{language: f.Name}
		for _, value := range f.Values {
			fresh[i].Values = append(fresh[i].Values, model.Text{language: value})
		}
	}
	kept := len(old) == len(from)
	for i := range fresh {
		kept = kept && sameOption(old[i], fresh[i])
	}
	for i, f := range from {
		o := model.Option{Name: fresh[i].Name}
		if kept {
			o = model.Option{Name: with(old[i].Name, language, f.Name), Values: slices.Clone(old[i].Values)}
		}
		for _, name := range f.Values {
			at := slices.IndexFunc(o.Values, func(v model.Text) bool { return v[language] == name })
			if at < 0 {
				at = len(o.Values)
				o.Values = append(o.Values, model.Text{language: name})
			}
			place[i] = append(place[i], at)
		}
		merged = append(merged, o)
	}
	return merged, place
}
