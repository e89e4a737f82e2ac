package console

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/catalogue"
)

func (s *Server) registerImport(a *endpoint.API) {
	endpoint.Register(a, endpoint.Operation{
		ID: "start-import", Method: http.MethodPost, Path: "/imports", Tag: tagCatalogue, Permission: model.PermitCatalogueWrite,
		Status: http.StatusCreated, Summary: "Import products from a file",
		Description: "A CSV or an .xlsx of 20 MB at most, in the form's field file: Shopify's product export, this shop's own, or the " +
			"template filled in. It is done in the background: ask get-import how far it is. A product is known by its handle and a " +
			"SKU by its options in words, so that the same file again changes only what differs.",
		MaxBody: catalogue.MaxImportFile + 64<<10, Timeout: listTime, Cost: 5,
		Errors: []*model.Error{model.ErrRequired, model.ErrTooLarge, model.ErrTooMany},
	}, s.startImport)
	endpoint.Register(a, endpoint.Operation{
		ID: "confirm-import", Method: http.MethodPost, Path: "/imports/{no}/confirmation", Tag: tagCatalogue, Permission: model.PermitCatalogueWrite,
		Summary: "Do in earnest what a dry run has told", Description: "The file of a dry run is kept for a week.",
		Errors: []*model.Error{model.ErrImportNotFound, model.ErrWrongState},
	}, s.confirmImport)
	endpoint.Register(a, endpoint.Operation{
		ID: "resume-import", Method: http.MethodPost, Path: "/imports/{no}/resumption", Tag: tagCatalogue, Permission: model.PermitCatalogueWrite,
		Summary:     "Go on with an import that failed for no reason of its file's",
		Description: "It goes on where it was. An import that was only interrupted goes on by itself.",
		Errors:      []*model.Error{model.ErrImportNotFound, model.ErrWrongState},
	}, s.resumeImport)
	list := get("list-imports", "/imports", tagCatalogue, model.PermitCatalogueRead, "The imports, the newest first")
	list.Errors = []*model.Error{model.ErrBadCursor}
	endpoint.Register(a, list, s.listImports)
	one := get("get-import", "/imports/{no}", tagCatalogue, model.PermitCatalogueRead, "An import, and how far it is")
	one.Errors = []*model.Error{model.ErrImportNotFound}
	endpoint.Register(a, one, s.getImport)
	lines := get("list-import-lines", "/imports/{no}/lines", tagCatalogue, model.PermitCatalogueRead, "What became of each row of an import")
	lines.Errors = []*model.Error{model.ErrImportNotFound, model.ErrBadCursor}
	endpoint.Register(a, lines, s.listImportLines)
	findings := get("list-import-findings", "/imports/{no}/findings", tagCatalogue, model.PermitCatalogueRead,
		"The problems of an import, and how many lines tell of each")
	findings.Errors = []*model.Error{model.ErrImportNotFound}
	endpoint.Register(a, findings, s.listImportFindings)
	report := get("export-import-report", "/imports/{no}/report", tagCatalogue, model.PermitCatalogueRead, "The report of an import as a file")
	report.Errors, report.Timeout, report.Cost = []*model.Error{model.ErrImportNotFound}, exportTime, exportCost
	endpoint.Register(a, report, s.importReport)
	endpoint.Register(a, get("get-import-template", "/import-template", tagCatalogue, model.PermitCatalogueRead,
		"A table to fill in with products"), s.importTemplate)
	export := get("export-products", "/exports/products", tagCatalogue, model.PermitCatalogueRead, "Products as a file that an import reads")
	export.Description = "In yuan, and in the language that is asked for. No spreadsheet takes a text in it for a formula."
	export.Errors, export.Timeout, export.Cost = []*model.Error{model.ErrCategoryNotFound}, exportTime, exportCost
	endpoint.Register(a, export, s.exportProducts)
}

type startImportInput struct {
	endpoint.Keyed
	DryRun   bool   `query:"dry_run" doc:"Change nothing, and tell what would become of each product"`
	Language string `query:"language" maxLength:"16" doc:"BCP 47 tag of the file's texts; the shop's first language without it"`
	Rate     string `query:"rate" maxLength:"32" doc:"What one unit of the file's currency is in CNY, such as 7.15; without it the file is in CNY"`
	Pictures string `query:"pictures" enum:"keep,link" default:"keep" doc:"keep: they are fetched into the shop's own store; link: they stay where they are"`
	RawBody  huma.MultipartFormFiles[struct {
		File huma.FormFile `form:"file" required:"true" doc:"The file"`
	}]
}

func (s *Server) startImport(ctx context.Context, in *startImportInput) (*answer[catalogue.ImportView], error) {
	file := in.RawBody.Data().File
	content, err := io.ReadAll(io.LimitReader(file, catalogue.MaxImportFile+1))
	if err != nil {
		return nil, err
	}
	f := catalogue.ImportFile{
		Name: file.Filename, Content: content, Language: in.Language, Rate: in.Rate, KeepPictures: in.Pictures != "link", DryRun: in.DryRun,
	}
	if f.Language == "" {
		f.Language = request.Brand(ctx).DefaultLanguage
	}
	return answered(s.Catalogue.StartImport(ctx, in.IdempotencyKey, f))
}

// OfImport is embedded in the input of what is about an import.
type OfImport struct {
	No string `path:"no" maxLength:"26" doc:"The import's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) confirmImport(ctx context.Context, in *OfImport) (*answer[catalogue.ImportView], error) {
	return answered(s.Catalogue.ConfirmImport(ctx, in.No))
}

func (s *Server) resumeImport(ctx context.Context, in *OfImport) (*answer[catalogue.ImportView], error) {
	return answered(s.Catalogue.ResumeImport(ctx, in.No))
}

var (
	importsCursor     = endpoint.Cursor[place]{Name: "console-imports", Version: 1}
	importLinesCursor = endpoint.Cursor[place]{Name: "console-import-lines", Version: 1}
)

type importsInput struct{ endpoint.Paging }

func (s *Server) listImports(ctx context.Context, in *importsInput) (*answer[endpoint.Page[catalogue.ImportView]], error) {
	at, err := importsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	all, next, err := s.Catalogue.Imports(ctx, at.Before, in.Limit)
	return page(importsCursor, all, next, err)
}

func (s *Server) getImport(ctx context.Context, in *OfImport) (*answer[catalogue.ImportView], error) {
	return answered(s.Catalogue.Import(ctx, in.No))
}

type importLinesInput struct {
	endpoint.Paging
	OfImport
	Kind   string `query:"kind" enum:"problems,refused,row,value,created,updated,unchanged" doc:"problems: only lines that tell of one; refused, row, value: products, rows or values that were not taken; else products that were taken so"`
	Reason string `query:"reason" maxLength:"64" doc:"Only problems of this reason"`
}

func (s *Server) listImportLines(ctx context.Context, in *importLinesInput) (*answer[endpoint.Page[catalogue.ImportLineView]], error) {
	at, err := importLinesCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	q := catalogue.LineQuery{Kind: catalogue.LineKind(in.Kind), Reason: in.Reason, After: at.Before, Limit: in.Limit}
	all, next, err := s.Catalogue.ImportLines(ctx, in.No, q, languages(ctx)...)
	return page(importLinesCursor, all, next, err)
}

type importFindings struct {
	Items []catalogue.ImportFinding `json:"items"`
}

func (s *Server) listImportFindings(ctx context.Context, in *OfImport) (*answer[importFindings], error) {
	all, err := s.Catalogue.ImportFindings(ctx, in.No, languages(ctx)...)
	return answered(importFindings{all}, err)
}

type importReportInput struct {
	Format
	OfImport
}

func (s *Server) importReport(ctx context.Context, in *importReportInput) (*download, error) {
	f, err := s.Catalogue.ImportReport(ctx, in.No, in.Format.Format, languages(ctx)...)
	return downloaded("import-report", f, err)
}

type importTemplateInput struct{ Format }

func (s *Server) importTemplate(_ context.Context, in *importTemplateInput) (*download, error) {
	f, err := s.Catalogue.ImportTemplate(in.Format.Format)
	return downloaded("products-template", f, err)
}

type exportProductsInput struct {
	Format
	Language string `query:"language" maxLength:"16" doc:"BCP 47 tag of the texts; the reader's own without it"`
	Category string `query:"category" maxLength:"96" doc:"Slug of a category: its products, and those of the categories below it"`
	State    string `query:"state" enum:"draft,scheduled,published,archived" doc:"All but archived ones without it"`
}

func (s *Server) exportProducts(ctx context.Context, in *exportProductsInput) (*download, error) {
	q := catalogue.DeskQuery{Category: in.Category, State: catalogue.ProductState(in.State)}
	f, err := s.Catalogue.ExportProducts(ctx, q, in.Format.Format, append([]string{in.Language}, languages(ctx)...)...)
	return downloaded("products", f, err)
}
