package accounts

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/sheet"
	"hutong/service/internal/trail"
)

// MostExported bounds the entries of one file.
const MostExported = 100_000

const exportBatch = 500

// exportWords are the columns of a file of the journal, by language.
var exportWords = map[string][]any{
	"zh-CN": {"时间", "类型", "单据号", "科目", "借方", "贷方"},
	"en":    {"time", "kind", "reference", "account", "debit", "credit"},
	"it":    {"data", "tipo", "riferimento", "conto", "dare", "avere"},
}

// Export is the entries that a filter chooses as a file, "csv" or "xlsx", newest first: a posting in each row, amounts in
// yuan, instants in Shanghai's time. What was taken is logged. Whoever gets it closes it. Errors: ErrOrderNotFound;
// ErrTooMany at "from" beyond MostExported.
func (s *Service) Export(ctx context.Context, f Filter, format string, languages ...string) (*sheet.File, error) {
	heading := exportWords["en"]
	for _, l := range languages {
		if exportWords[l] != nil {
			heading = exportWords[l]
			break
		}
	}
	n := 0
	file, err := sheet.Make(sheet.Format(format), func(w *sheet.Writer) error {
		if err := w.Row(heading...); err != nil {
			return err
		}
		before := int64(0)
		for {
			entries, next, err := s.Journal(ctx, f, before, exportBatch)
			if err != nil {
				return err
			}
			if n += len(entries); n > MostExported {
				return model.ErrTooMany.At("from").With("max", fmt.Sprint(MostExported))
			}
			if err := exportRows(w, entries); err != nil {
				return err
			}
			if next == 0 {
				return nil
			}
			before = next
		}
	})
	if err != nil {
		return nil, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		return trail.Write(ctx, tx, "journal.export", trail.Subject{Kind: "journal"}, nil, map[string]any{
			"entries": n, "account": f.Account, "kind": f.Kind, "order": f.OrderNo, "from": f.From, "to": f.To,
		})
	})
	if err != nil {
		_ = file.Close() // nobody gets what is not logged
		return nil, err
	}
	return file, nil
}

func exportRows(w *sheet.Writer, entries []Entry) error {
	for _, e := range entries {
		at := string(model.DayOf(e.At)) + " " + e.At.Time().Add(8*time.Hour).UTC().Format(time.TimeOnly)
		for _, p := range e.Postings {
			debit, credit := any(nil), any(nil)
			if p.AmountFen < 0 {
				credit = -p.AmountFen
			} else {
				debit = p.AmountFen
			}
			if err := w.Row(at, e.Kind, e.Ref, p.Account, debit, credit); err != nil {
				return err
			}
		}
	}
	return nil
}
