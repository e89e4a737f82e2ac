package catalogue

import (
	"context"
	"fmt"

	"hutong/model"
	"hutong/service/internal/sheet"
)

// tableColumns are those of an export, and of the template: an import reads them.
var tableColumns = []string{
	"Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published",
	"Option1 Name", "Option1 Value", "Option2 Name", "Option2 Value", "Option3 Name", "Option3 Value",
	"Variant SKU", "Variant Price", "Variant Compare At Price", "Variant Inventory Qty", "Variant Grams", "Variant Barcode",
	"Variant Image", "Image Src", "Image Alt Text",
}

func headings() []any {
	all := make([]any, len(tableColumns))
	for i, c := range tableColumns {
		all[i] = c
	}
	return all
}

// ImportTemplate is an empty table with an example, to be filled in.
func (s *Service) ImportTemplate(format string) (*sheet.File, error) {
	return sheet.Make(sheet.Format(format), func(w *sheet.Writer) error {
		for _, row := range [][]any{
			headings(),
			{
				"example-ring", "Example ring", "<p>Gold, by hand.</p>", "Officina Esempio", "rings", "gold, new", "FALSE",
				"Size", "12", "", "", "", "", "RING-12", model.Fen(129900), model.Fen(159900), 5, 12, "", "", "", "",
			},
			{
				"example-ring", "", "", "", "", "", "", "", "14", "", "", "", "", "RING-14", model.Fen(139900), "", 3, 13, "", "", "", "",
			},
		} {
			if err := w.Row(row...); err != nil {
				return err
			}
		}
		return nil
	})
}

// ExportProducts is the products that staff's list would have, as a table that an import reads: in one language, in the
// order in which they were made. Errors: as AtDesk.
func (s *Service) ExportProducts(ctx context.Context, q DeskQuery, format string, languages ...string) (*sheet.File, error) {
	low, err := LowAt(s.db.Read(ctx))
	if err != nil {
		return nil, err
	}
	t, err := s.tree(ctx)
	if err != nil {
		return nil, err
	}
	return sheet.Make(sheet.Format(format), func(w *sheet.Writer) error {
		if err := w.Row(headings()...); err != nil {
			return err
		}
		for last := int64(0); ; {
			const batch = 200
			query, err := s.deskFilter(ctx, q, low)
			if err != nil || query == nil {
				return err
			}
			var products []model.Product
			if err := query.Where("products.id > ?", last).Order("products.id").Limit(batch).Find(&products).Error; err != nil {
				return fmt.Errorf("products: %w", err)
			}
			all, err := s.complete(ctx, products)
			if err != nil {
				return err
			}
			for _, p := range all {
				last = p.ID
				for _, row := range p.table(t, languages) {
					if err := w.Row(row...); err != nil {
						return err
					}
				}
			}
			if len(products) < batch {
				return nil
			}
		}
	})
}

// complete reads what belongs to some products.
func (s *Service) complete(ctx context.Context, products []model.Product) ([]stored, error) {
	all, at, ids := make([]stored, len(products)), map[int64]*stored{}, make([]int64, len(products))
	for i, p := range products {
		all[i].Product, ids[i] = p, p.ID
		at[p.ID] = &all[i]
	}
	if len(ids) == 0 {
		return all, nil
	}
	var skus []model.SKU
	if err := s.db.Read(ctx).Where("product_id IN ?", ids).Order("id").Find(&skus).Error; err != nil {
		return nil, fmt.Errorf("skus: %w", err)
	}
	for _, k := range skus {
		at[k.ProductID].skus = append(at[k.ProductID].skus, k)
	}
	var links []model.ProductCategory
	if err := s.db.Read(ctx).Where("product_id IN ?", ids).Order("category_id").Find(&links).Error; err != nil {
		return nil, fmt.Errorf("categories: %w", err)
	}
	for _, l := range links {
		at[l.ProductID].categories = append(at[l.ProductID].categories, l.CategoryID)
	}
	return all, nil
}

// table is the product as rows: one for each SKU, and more when there are more pictures.
func (p stored) table(t tree, languages []string) (rows [][]any) {
	skus := p.onSale()
	for i := range max(len(skus), len(p.Pictures)) {
		row := make([]any, len(tableColumns))
		for c := range row {
			row[c] = ""
		}
		row[0] = p.Handle
		if i == 0 {
			row[1], row[2], row[3] = p.Title.In(languages...), p.Body.In(languages...), p.Vendor
			if len(p.categories) > 0 {
				row[4] = t.byID[p.categories[0]].Slug
			}
			row[5], row[6] = joined(p.Tags), "FALSE"
			if p.Published {
				row[6] = "TRUE"
			}
		}
		if i < len(skus) {
			p.skuCells(row, skus[i], i == 0, languages)
		}
		if i < len(p.Pictures) {
			row[20], row[21] = p.Pictures[i].URL, p.Pictures[i].Alt.In(languages...)
		}
		rows = append(rows, row)
	}
	return rows
}

func (p stored) skuCells(row []any, k model.SKU, first bool, languages []string) {
	for o, value := range k.Choice {
		if o >= len(p.Options) || value < 0 || value >= len(p.Options[o].Values) {
			continue
		}
		if first {
			row[7+2*o] = p.Options[o].Name.In(languages...)
		}
		row[8+2*o] = p.Options[o].Values[value].In(languages...)
	}
	row[13], row[14], row[16], row[17], row[18], row[19] = k.Code, k.PriceFen, k.OnHand, k.WeightGrams, k.Barcode, k.Picture
	if k.CompareAtFen > 0 {
		row[15] = k.CompareAtFen
	}
}

func joined(tags []string) (all string) {
	for i, tag := range tags {
		if i > 0 {
			all += ", "
		}
		all += tag
	}
	return all
}
