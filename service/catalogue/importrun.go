package catalogue

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue/shopify"
	"hutong/service/internal/job"
	"hutong/service/internal/sheet"
	"hutong/service/internal/trail"
)

// JobImport is the kind of the job that imports a file, a while at a time; its key is the import's number and round.
const JobImport = "catalogue.import"

// importRound is the payload of JobImport.
type importRound struct {
	No    string `json:"no"`
	Round int64  `json:"round"`
}

var errOvertaken = errors.New("catalogue: somebody else goes on with this import")

// runImport imports for a while. What it has done is written down with what it did, so that whoever comes next goes on
// there.
func (s *Service) runImport(ctx context.Context, j model.Job) error {
	var round importRound
	if err := json.Unmarshal([]byte(j.Payload), &round); err != nil {
		return err
	}
	i, err := importOf(s.db.Read(ctx), round.No)
	if errors.Is(err, model.ErrImportNotFound) {
		return nil
	}
	if err != nil || i.Round != round.Round || i.Status == model.ImportDone || i.Status == model.ImportFailed {
		return err
	}
	switch err := s.importFor(ctx, i); {
	case errors.Is(err, errRest):
		return job.Later(s.now.Now())
	case isRefusal(err) || err != nil && j.Attempts >= importTries:
		return s.endImport(ctx, i, model.ImportFailed, err)
	case err != nil:
		return err
	}
	return s.endImport(ctx, i, model.ImportDone, nil)
}

// importFor goes on with an import. Errors: errRest; the model's when the file as a whole cannot be taken.
func (s *Service) importFor(ctx context.Context, i model.Import) error {
	content, err := s.importContent(ctx, i.ID)
	if err != nil {
		return err
	}
	export, err := openTable(content)
	if err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		return tx.Model(&model.Import{}).Where("id = ? AND round = ?", i.ID, i.Round).Updates(map[string]any{
			"status": model.ImportRunning, "total": export.Total, "unused_columns": model.List[string](export.Unused),
		}).Error
	})
	if err != nil {
		return fmt.Errorf("import %s: %w", i.No, err)
	}
	began := s.now()
	o := ImportOptions{Language: i.Language, journal: &journal{
		no: i.No, from: i.Position, dry: i.DryRun,
		write: func(tx *gorm.DB, e entry) error { return writeEntry(tx, i, e) },
		rest:  func() bool { return s.now().Sub(began) > importWhile },
	}}
	if i.Rate != "" {
		if o.Rate, err = shopify.ParseRate(i.Rate); err != nil {
			return model.ErrInvalid.At("rate")
		}
	}
	if i.KeepPictures {
		if o.lookOnly = i.DryRun; !i.DryRun {
			o.Fetch = s.fetch
		}
	}
	_, err = s.importAll(ctx, export, o)
	return err
}

// importContent is an import's file.
func (s *Service) importContent(ctx context.Context, importID int64) ([]byte, error) {
	var chunks []model.ImportChunk
	if err := s.db.Read(ctx).Where("import_id = ?", importID).Order("seq").Find(&chunks).Error; err != nil {
		return nil, fmt.Errorf("file of an import: %w", err)
	}
	var content []byte
	for _, c := range chunks {
		content = append(content, c.Content...)
	}
	return content, nil
}

// openTable reads a file, whatever of the two it is. Errors: ErrNotASheet, ErrTooMany, ErrInvalid when it is no list of
// products.
func openTable(content []byte) (*shopify.Export, error) {
	if !sheet.IsXLSX(content) {
		return shopify.Open(bytes.NewReader(content))
	}
	rows, numbers, err := sheet.ReadXLSX(content, importBounds)
	if err != nil {
		return nil, err
	}
	return shopify.OpenTable(rows, numbers)
}

// writeEntry writes down what became of a product and moves the import on. Errors: errOvertaken.
func writeEntry(tx *gorm.DB, i model.Import, e entry) error {
	var lines []model.ImportLine
	refused := int64(0)
	for _, p := range e.problems {
		line := model.ImportLine{
			ImportID: i.ID, Line: int64(p.Line), Handle: cutTo(p.Handle, 255), ColumnName: cutTo(p.Column, 255), Value: cutTo(p.Value, 255),
			Reason: string(p.Reason), Effect: string(p.Effect), Detail: cutTo(p.Detail, 1000),
		}
		if p.Effect == shopify.RefusedProduct {
			refused++
			line.Outcome = "refused"
		}
		lines = append(lines, line)
	}
	columns := map[string]any{
		"position": e.position, "refused": gorm.Expr("refused + ?", refused), "problems": gorm.Expr("problems + ?", len(e.problems)),
	}
	passed := refused
	if e.outcome != "" {
		passed++
		columns[string(e.outcome)] = gorm.Expr(string(e.outcome) + " + 1")
		lines = append(lines, model.ImportLine{ImportID: i.ID, Line: int64(e.line), Handle: cutTo(e.handle, 255), Outcome: string(e.outcome)})
	}
	columns["done"] = gorm.Expr("done + ?", passed)
	res := tx.Model(&model.Import{}).Where("id = ? AND round = ? AND status = ? AND position < ?", i.ID, i.Round, model.ImportRunning, e.position).
		Updates(columns)
	if res.Error != nil {
		return fmt.Errorf("import %s: %w", i.No, res.Error)
	}
	if res.RowsAffected == 0 {
		return errOvertaken
	}
	if len(lines) > 0 {
		if err := tx.CreateInBatches(&lines, 200).Error; err != nil {
			return fmt.Errorf("report of import %s: %w", i.No, err)
		}
	}
	return nil
}

// endImport writes how an import ended. The file of a dry run stays for a while, to be confirmed, and so does that of an
// import which failed for no reason of its own, to be resumed.
func (s *Service) endImport(ctx context.Context, i model.Import, status model.ImportStatus, why error) error {
	columns := map[string]any{"status": status, "finished_at": s.now.Now()}
	if why != nil {
		columns["fault"], columns["fault_detail"] = faultInternal, ""
		if e := new(model.Error); errors.As(why, &e) {
			columns["fault"], columns["fault_detail"] = e.Code, cutTo(why.Error(), 1000)
		}
	}
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		res := tx.Model(&model.Import{}).Where("id = ? AND round = ? AND status <> ?", i.ID, i.Round, model.ImportDone).Updates(columns)
		if res.Error != nil || res.RowsAffected == 0 {
			return res.Error
		}
		if !i.DryRun && columns["fault"] != faultInternal {
			if err := tx.Where("import_id = ?", i.ID).Delete(&model.ImportChunk{}).Error; err != nil {
				return fmt.Errorf("file of import %s: %w", i.No, err)
			}
		}
		return trail.Write(ctx, tx, "import.end", trail.Subject{Kind: "import", No: i.No}, nil, columns)
	})
}
