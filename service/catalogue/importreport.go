package catalogue

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue/shopify"
	"hutong/service/internal/sheet"
)

// ImportLineView is a line of a report.
type ImportLineView struct {
	Line     int64  `json:"line" doc:"Of the file, from 1"`
	Handle   string `json:"handle,omitempty" doc:"The product's name in addresses"`
	Outcome  string `json:"outcome,omitempty" enum:"created,updated,unchanged,refused" doc:"What became of the product; absent on a line that tells of a problem"`
	Column   string `json:"column,omitempty" doc:"Of the file"`
	Value    string `json:"value,omitempty" doc:"What stands there"`
	Reason   string `json:"reason,omitempty" doc:"What is wrong with it: stable snake_case"`
	Sentence string `json:"sentence,omitempty" doc:"The same in the reader's language"`
	Effect   string `json:"effect,omitempty" enum:"product,row,value" doc:"What was not taken"`
	Detail   string `json:"detail,omitempty" doc:"In English"`
}

// LineKind chooses lines of a report.
type LineKind string

// The kinds of lines.
const (
	LinesOfProblems  LineKind = "problems" // all that tell of one
	LinesOfRefused   LineKind = "refused"  // products that were not taken
	LinesOfRows      LineKind = "row"      // rows that were not
	LinesOfValues    LineKind = "value"    // values that were not
	LinesOfCreated   LineKind = "created"
	LinesOfUpdated   LineKind = "updated"
	LinesOfUnchanged LineKind = "unchanged"
)

// lineConditions are what the kinds of lines have in common.
var lineConditions = map[LineKind]func(query *gorm.DB) *gorm.DB{
	"":               func(query *gorm.DB) *gorm.DB { return query },
	LinesOfProblems:  func(query *gorm.DB) *gorm.DB { return query.Where("reason <> ''") },
	LinesOfRefused:   func(query *gorm.DB) *gorm.DB { return query.Where("outcome = ?", "refused") },
	LinesOfRows:      func(query *gorm.DB) *gorm.DB { return query.Where("effect = ?", string(shopify.RefusedRow)) },
	LinesOfValues:    func(query *gorm.DB) *gorm.DB { return query.Where("effect = ?", string(shopify.IgnoredValue)) },
	LinesOfCreated:   func(query *gorm.DB) *gorm.DB { return query.Where("outcome = ?", string(Created)) },
	LinesOfUpdated:   func(query *gorm.DB) *gorm.DB { return query.Where("outcome = ?", string(Updated)) },
	LinesOfUnchanged: func(query *gorm.DB) *gorm.DB { return query.Where("outcome = ?", string(Unchanged)) },
}

// LineQuery says which lines of an import's report one wants. Zero values do not filter.
type LineQuery struct {
	Kind   LineKind
	Reason string
	After  int64 // where the page before has ended; 0: the beginning
	Limit  int   // 1–100
}

// ImportLines is a page of an import's report, in the file's order. next is 0 on the last page. Errors:
// ErrImportNotFound, ErrNotOneOf at kind, ErrOutOfRange at limit.
func (s *Service) ImportLines(ctx context.Context, no string, q LineQuery, languages ...string) (all []ImportLineView, next int64, err error) {
	if q.Limit < 1 || q.Limit > maxDeskLimit {
		return nil, 0, outOfRange("limit", maxDeskLimit)
	}
	condition, ok := lineConditions[q.Kind]
	if !ok {
		return nil, 0, model.ErrNotOneOf.With("values", "problems, refused, row, value, created, updated, unchanged").At("kind")
	}
	i, err := importOf(s.db.Read(ctx), no)
	if err != nil {
		return nil, 0, err
	}
	query := condition(s.db.Read(ctx))
	if q.Reason != "" {
		query = query.Where("reason = ?", q.Reason)
	}
	rows, err := importLines(query, i.ID, q.After, q.Limit+1)
	if err != nil {
		return nil, 0, err
	}
	if len(rows) > q.Limit {
		rows = rows[:q.Limit]
		next = rows[q.Limit-1].ID
	}
	for _, r := range rows {
		all = append(all, ImportLineView{
			r.Line, r.Handle, r.Outcome, r.ColumnName, r.Value, r.Reason, shopify.Reason(r.Reason).In(languages...), r.Effect, r.Detail,
		})
	}
	return all, next, nil
}

func importLines(query *gorm.DB, importID, after int64, limit int) (rows []model.ImportLine, err error) {
	if err := query.Where("import_id = ? AND id > ?", importID, after).Order("id").Limit(limit).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("report of an import: %w", err)
	}
	return rows, nil
}

// ImportFinding is a problem that the lines of a report tell of, and how many do.
type ImportFinding struct {
	Reason   string `json:"reason" doc:"Stable snake_case"`
	Sentence string `json:"sentence" doc:"The same in the reader's language"`
	Effect   string `json:"effect" enum:"product,row,value" doc:"What was not taken"`
	Column   string `json:"column,omitempty" doc:"Of the file"`
	Lines    int64  `json:"lines" doc:"How many lines tell of it"`
	First    int64  `json:"first" doc:"The first line of the file that it is about"`
}

// ImportFindings are the problems of an import, the most frequent first. Errors: ErrImportNotFound.
func (s *Service) ImportFindings(ctx context.Context, no string, languages ...string) ([]ImportFinding, error) {
	i, err := importOf(s.db.Read(ctx), no)
	if err != nil {
		return nil, err
	}
	all := []ImportFinding{}
	err = s.db.Read(ctx).Model(&model.ImportLine{}).
		Select("reason, effect, column_name AS `column`, COUNT(*) AS `lines`, MIN(line) AS `first`").
		Where("import_id = ? AND reason <> ''", i.ID).Group("reason, effect, column_name").
		Order("COUNT(*) DESC, reason, effect, column_name").Limit(mostFindings).Scan(&all).Error
	if err != nil {
		return nil, fmt.Errorf("findings of import %s: %w", no, err)
	}
	for at := range all {
		all[at].Sentence = shopify.Reason(all[at].Reason).In(languages...)
	}
	return all, nil
}

// mostFindings bounds the kinds of problems that are told of an import.
const mostFindings = 100

// reportWords are the headings of a report.
var reportWords = map[string][]any{
	"zh-CN": {"行", "商品", "结果", "列", "内容", "原因代码", "原因", "未导入的部分", "细节"},
	"en":    {"Line", "Product", "Outcome", "Column", "Value", "Code", "What is wrong", "Not taken", "Detail"},
	"it":    {"Riga", "Prodotto", "Esito", "Colonna", "Valore", "Codice", "Che cosa non va", "Non importato", "Dettaglio"},
}

// ImportReport is an import's whole report as a table. Errors: ErrImportNotFound.
func (s *Service) ImportReport(ctx context.Context, no, format string, languages ...string) (*sheet.File, error) {
	i, err := importOf(s.db.Read(ctx), no)
	if err != nil {
		return nil, err
	}
	heading := reportWords["en"]
	for _, l := range languages {
		if words, ok := reportWords[l]; ok {
			heading = words
			break
		}
	}
	return sheet.Make(sheet.Format(format), func(w *sheet.Writer) error {
		if err := w.Row(heading...); err != nil {
			return err
		}
		for after := int64(0); ; {
			const batch = 1000
			rows, err := importLines(s.db.Read(ctx), i.ID, after, batch)
			if err != nil {
				return err
			}
			for _, r := range rows {
				sentence := shopify.Reason(r.Reason).In(languages...)
				if err := w.Row(r.Line, r.Handle, r.Outcome, r.ColumnName, r.Value, r.Reason, sentence, r.Effect, r.Detail); err != nil {
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
