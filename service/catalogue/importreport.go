package catalogue

import (
	"context"
	"fmt"

	"hutong/model"
	"hutong/service/catalogue/shopify"
	"hutong/service/internal/sheet"
)

// ImportLineView is a line of a report.
type ImportLineView struct {
	Line    int64  `json:"line" doc:"Of the file, from 1"`
	Handle  string `json:"handle,omitempty" doc:"The product's name in addresses"`
	Outcome string `json:"outcome,omitempty" enum:"created,updated,unchanged,refused" doc:"What became of the product; absent on a line that tells of a problem"`
	Column  string `json:"column,omitempty" doc:"Of the file"`
	Value   string `json:"value,omitempty" doc:"What stands there"`
	Reason  string `json:"reason,omitempty" doc:"What is wrong with it: stable snake_case"`
	Effect  string `json:"effect,omitempty" enum:"product,row,value" doc:"What was not taken"`
	Detail  string `json:"detail,omitempty" doc:"In English"`
}

// ImportLines is a page of an import's report; after is where the page before has ended. problems leaves out what went
// well. next is 0 on the last page. Errors: ErrImportNotFound, ErrOutOfRange at limit.
func (s *Service) ImportLines(ctx context.Context, no string, problems bool, after int64, limit int) (all []ImportLineView, next int64, err error) {
	if limit < 1 || limit > maxDeskLimit {
		return nil, 0, outOfRange("limit", maxDeskLimit)
	}
	i, err := importOf(s.db.Read(ctx), no)
	if err != nil {
		return nil, 0, err
	}
	rows, err := s.importLines(ctx, i.ID, problems, after, limit+1)
	if err != nil {
		return nil, 0, err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	for _, r := range rows {
		all = append(all, ImportLineView{r.Line, r.Handle, r.Outcome, r.ColumnName, r.Value, r.Reason, r.Effect, r.Detail})
	}
	return all, next, nil
}

func (s *Service) importLines(ctx context.Context, importID int64, problems bool, after int64, limit int) (rows []model.ImportLine, err error) {
	query := s.db.Read(ctx).Where("import_id = ? AND id > ?", importID, after)
	if problems {
		query = query.Where("outcome IN ?", []string{"", "refused"})
	}
	if err := query.Order("id").Limit(limit).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("report of an import: %w", err)
	}
	return rows, nil
}

// ImportReport is an import's whole report as a table. Errors: ErrImportNotFound.
func (s *Service) ImportReport(ctx context.Context, no, format string) (*sheet.File, error) {
	i, err := importOf(s.db.Read(ctx), no)
	if err != nil {
		return nil, err
	}
	return sheet.Make(sheet.Format(format), func(w *sheet.Writer) error {
		if err := w.Row("Line", "Handle", "Outcome", "Column", "Value", "Reason", "Sentence", "Not taken", "Detail"); err != nil {
			return err
		}
		for after := int64(0); ; {
			const batch = 1000
			rows, err := s.importLines(ctx, i.ID, false, after, batch)
			if err != nil {
				return err
			}
			for _, r := range rows {
				err := w.Row(r.Line, r.Handle, r.Outcome, r.ColumnName, r.Value, r.Reason, shopify.Reason(r.Reason).Sentence(), r.Effect, r.Detail)
				if err != nil {
					return err
				}
				after = r.ID
			}
			if len(rows) < batch {
				return nil
			}
		}
	})
}
