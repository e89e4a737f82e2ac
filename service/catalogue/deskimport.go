package catalogue

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue/shopify"
	"hutong/service/database"
	"hutong/service/internal/idem"
	"hutong/service/internal/job"
	"hutong/service/internal/sheet"
	"hutong/service/internal/trail"
)

// JobImport is the kind of the job that imports a file, a while at a time; its key is the import's number and round.
const JobImport = "catalogue.import"

// Limits of an import by staff.
const (
	MaxImportFile = 20 << 20 // bytes
	maxImports    = 5        // under way at the same time
	chunkBytes    = 512 << 10
	importWhile   = 40 * time.Second // of a job; with the pictures of one more product it stays within its lease
	importTries   = 20
	keepImports   = 7 * 24 * time.Hour // the file, for a dry run to be confirmed
)

// importBounds are those of an .xlsx.
var importBounds = sheet.Bounds{Rows: 100_000, Columns: 200}

// ImportFile is a file that staff brought, and how it is to be understood.
type ImportFile struct {
	Name         string
	Content      []byte // CSV or .xlsx
	Language     string // BCP 47 tag of its texts
	Rate         string // what one unit of its currency is in CNY; "": it is in CNY
	KeepPictures bool   // fetch them into the shop's own store; else they are linked to where they are
	DryRun       bool   // change nothing, and tell what would become of each product
}

// ImportView is an import and how far it is.
type ImportView struct {
	No            string             `json:"no"`
	Status        model.ImportStatus `json:"status" enum:"queued,running,done,failed"`
	DryRun        bool               `json:"dry_run" doc:"It changes nothing, and tells what would become of each product"`
	Confirmable   bool               `json:"confirmable" doc:"A dry run that is done: confirm-import does it in earnest"`
	File          string             `json:"file"`
	Language      string             `json:"language"`
	Rate          string             `json:"rate,omitempty"`
	Total         int64              `json:"total" doc:"Products that the file names"`
	Done          int64              `json:"done" doc:"Products that have passed"`
	Created       int64              `json:"created"`
	Updated       int64              `json:"updated"`
	Unchanged     int64              `json:"unchanged"`
	Refused       int64              `json:"refused"`
	Problems      int64              `json:"problems" doc:"Lines of the report that tell of one"`
	Fault         string             `json:"fault,omitempty" doc:"Code of why it failed"`
	FaultDetail   string             `json:"fault_detail,omitempty" doc:"The same in English, for support"`
	UnusedColumns []string           `json:"unused_columns"`
	CreatedAt     model.Millis       `json:"created_at" doc:"UTC milliseconds"`
	FinishedAt    model.Millis       `json:"finished_at,omitempty" doc:"UTC milliseconds"`
}

func viewImport(i model.Import) ImportView {
	return ImportView{
		No: i.No, Status: i.Status, DryRun: i.DryRun, Confirmable: i.DryRun && i.Status == model.ImportDone, File: i.FileName,
		Language: i.Language, Rate: i.Rate, Total: i.Total, Done: i.Done, Created: i.Created, Updated: i.Updated, Unchanged: i.Unchanged,
		Refused: i.Refused, Problems: i.Problems, Fault: i.Fault, FaultDetail: i.FaultDetail, UnusedColumns: append([]string{}, i.UnusedColumns...),
		CreatedAt: i.CreatedAt, FinishedAt: i.FinishedAt,
	}
}

func (f ImportFile) check() error {
	var errs checks
	errs.add(f.Language != "" && len(f.Language) <= 16 && isASCII(f.Language), model.ErrInvalid.At("language"))
	errs.add(len(f.Content) > 0, model.ErrRequired.At("file"))
	if f.Rate != "" {
		_, err := shopify.ParseRate(f.Rate)
		errs.add(err == nil && len(f.Rate) <= 32, model.ErrInvalid.At("rate"))
	}
	if err := errs.err(); err != nil {
		return err
	}
	if len(f.Content) > MaxImportFile {
		return model.ErrTooLarge.At("file")
	}
	return nil
}

// StartImport keeps a file and plans its import, once for each key. Errors: ErrRequired at file, ErrInvalid at language
// or rate, ErrTooLarge, ErrTooMany when five are under way.
func (s *Service) StartImport(ctx context.Context, key string, f ImportFile) (ImportView, error) {
	if err := f.check(); err != nil {
		return ImportView{}, err
	}
	sum := sha256.Sum256(f.Content)
	r := idem.Request{
		Owner: model.ActorOf(ctx).String(), Key: key, Operation: "catalogue.import",
		Input: []any{hex.EncodeToString(sum[:]), f.Language, f.Rate, f.KeepPictures, f.DryRun},
	}
	no, err := idem.Once(ctx, s.db, s.now, r, func(tx *gorm.DB) (no string, err error) {
		var busy int64
		err = tx.Model(&model.Import{}).Where("status IN ?", []model.ImportStatus{model.ImportQueued, model.ImportRunning}).Count(&busy).Error
		if err != nil {
			return "", fmt.Errorf("imports: %w", err)
		}
		if busy >= maxImports {
			return "", model.ErrTooMany.With("max", strconv.Itoa(maxImports))
		}
		row := model.Import{
			No: s.newNo(), Status: model.ImportQueued, DryRun: f.DryRun, Round: 1, FileName: fileName(f.Name), Language: f.Language,
			Rate: f.Rate, KeepPictures: f.KeepPictures,
		}
		if err := tx.Create(&row).Error; err != nil {
			return "", fmt.Errorf("import: %w", err)
		}
		for seq, rest := int64(0), f.Content; len(rest) > 0; seq++ {
			part := rest[:min(chunkBytes, len(rest))]
			rest = rest[len(part):]
			if err := tx.Create(&model.ImportChunk{ImportID: row.ID, Seq: seq, Content: part}).Error; err != nil {
				return "", fmt.Errorf("file of import %s: %w", row.No, err)
			}
		}
		return row.No, s.planImport(ctx, tx, row)
	})
	if err != nil {
		return ImportView{}, err
	}
	return s.Import(ctx, no)
}

// planImport is the step that plans an import's next round.
func (s *Service) planImport(ctx context.Context, tx *gorm.DB, i model.Import) error {
	if err := job.Enqueue(tx, JobImport, fmt.Sprintf("%s/%d", i.No, i.Round), importRound{i.No, i.Round}, s.now.Now()); err != nil {
		return err
	}
	return trail.Write(ctx, tx, "import.start", trail.Subject{Kind: "import", No: i.No}, nil, map[string]any{
		"file": i.FileName, "language": i.Language, "rate": i.Rate, "dry_run": i.DryRun,
	})
}

// importRound is the payload of JobImport.
type importRound struct {
	No    string `json:"no"`
	Round int64  `json:"round"`
}

// fileName is a name as it is shown: without folders, and not too long.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, "\ufffd"), `\`, "/"))
	return cutTo(name, 200)
}

func cutTo(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

// ConfirmImport does in earnest what a dry run has told. Errors: ErrImportNotFound; ErrWrongState when it is no dry run
// that is done, or when its file is gone.
func (s *Service) ConfirmImport(ctx context.Context, no string) (ImportView, error) {
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		i, err := importOf(tx, no)
		if err != nil {
			return err
		}
		res := tx.Model(&model.Import{}).Where("id = ? AND status = ? AND dry_run = ? AND round = ?", i.ID, model.ImportDone, true, i.Round).
			Updates(map[string]any{
				"status": model.ImportQueued, "dry_run": false, "round": i.Round + 1, "position": 0, "done": 0, "created": 0, "updated": 0,
				"unchanged": 0, "refused": 0, "problems": 0, "finished_at": 0,
			})
		if res.Error != nil {
			return fmt.Errorf("import %s: %w", no, res.Error)
		}
		var chunks int64
		if err := tx.Model(&model.ImportChunk{}).Where("import_id = ?", i.ID).Count(&chunks).Error; err != nil {
			return fmt.Errorf("file of import %s: %w", no, err)
		}
		if res.RowsAffected == 0 || chunks == 0 {
			return model.ErrWrongState
		}
		if err := tx.Where("import_id = ?", i.ID).Delete(&model.ImportLine{}).Error; err != nil {
			return fmt.Errorf("report of import %s: %w", no, err)
		}
		i.DryRun, i.Round = false, i.Round+1
		return s.planImport(ctx, tx, i)
	})
	if err != nil {
		return ImportView{}, err
	}
	return s.Import(ctx, no)
}

// importOf is an import by its number. Errors: ErrImportNotFound.
func importOf(tx *gorm.DB, no string) (i model.Import, err error) {
	if !isASCII(no) {
		return i, model.ErrImportNotFound
	}
	err = tx.Where("no = ?", no).Take(&i).Error
	if database.IsNotFound(err) {
		return i, model.ErrImportNotFound
	}
	if err != nil {
		return i, fmt.Errorf("import %s: %w", no, err)
	}
	return i, nil
}

// Import is an import and how far it is. Errors: ErrImportNotFound.
func (s *Service) Import(ctx context.Context, no string) (ImportView, error) {
	i, err := importOf(s.db.Read(ctx), no)
	if err != nil {
		return ImportView{}, err
	}
	return viewImport(i), nil
}

// Imports are the imports, the newest first; before is where the page before has ended. next is 0 on the last page.
// Errors: ErrOutOfRange at limit.
func (s *Service) Imports(ctx context.Context, before int64, limit int) (all []ImportView, next int64, err error) {
	if limit < 1 || limit > maxDeskLimit {
		return nil, 0, outOfRange("limit", maxDeskLimit)
	}
	query := s.db.Read(ctx).Order("id DESC").Limit(limit + 1)
	if before > 0 {
		query = query.Where("id < ?", before)
	}
	var rows []model.Import
	if err := query.Find(&rows).Error; err != nil {
		return nil, 0, fmt.Errorf("imports: %w", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	all = make([]ImportView, len(rows))
	for i, r := range rows {
		all[i] = viewImport(r)
	}
	return all, next, nil
}

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
		from: i.Position, dry: i.DryRun,
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

// endImport writes how an import ended. The file of a dry run stays for a while, to be confirmed.
func (s *Service) endImport(ctx context.Context, i model.Import, status model.ImportStatus, why error) error {
	columns := map[string]any{"status": status, "finished_at": s.now.Now()}
	if why != nil {
		columns["fault"], columns["fault_detail"] = "internal", ""
		if e := new(model.Error); errors.As(why, &e) {
			columns["fault"], columns["fault_detail"] = e.Code, cutTo(why.Error(), 1000)
		}
	}
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		res := tx.Model(&model.Import{}).Where("id = ? AND round = ? AND status <> ?", i.ID, i.Round, model.ImportDone).Updates(columns)
		if res.Error != nil || res.RowsAffected == 0 {
			return res.Error
		}
		if !i.DryRun {
			if err := tx.Where("import_id = ?", i.ID).Delete(&model.ImportChunk{}).Error; err != nil {
				return fmt.Errorf("file of import %s: %w", i.No, err)
			}
		}
		return trail.Write(ctx, tx, "import.end", trail.Subject{Kind: "import", No: i.No}, nil, columns)
	})
}

// PurgeImports removes the files of dry runs of all brands that nobody has confirmed within a week, at most so many
// parts, and tells how many. ctx must be across brands.
func (s *Service) PurgeImports(ctx context.Context, most int) (removed int64, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		var ids []int64
		err := tx.Model(&model.ImportChunk{}).Joins("JOIN imports ON imports.id = import_chunks.import_id AND imports.brand_id = import_chunks.brand_id").
			Where("imports.status IN ? AND imports.finished_at < ?", []model.ImportStatus{model.ImportDone, model.ImportFailed}, s.now.Now().Add(-keepImports)).
			Limit(most).Pluck("import_chunks.id", &ids).Error
		if err != nil || len(ids) == 0 {
			return err
		}
		res := tx.Where("id IN ?", ids).Delete(&model.ImportChunk{})
		removed = res.RowsAffected
		return res.Error
	})
	return removed, err
}
