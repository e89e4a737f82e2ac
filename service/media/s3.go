package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3 says where an object store that speaks S3's protocol is: Amazon's, MinIO, Alibaba's OSS, Tencent's COS.
type S3 struct {
	Endpoint  string // such as https://s3.eu-south-1.amazonaws.com or http://minio:9000
	Region    string // such as eu-south-1; "": us-east-1
	Bucket    string // exists already
	Prefix    string // before every name, such as shop/; may be empty
	AccessKey string
	SecretKey string
	PathStyle bool // the bucket in the path, as MinIO has it, not in the host
}

// bucket is a keeper in an object store.
type bucket struct {
	client *minio.Client
	name   string
	prefix string
}

// s3Time bounds one request to the object store.
const s3Time = 30 * time.Second

func newBucket(s S3, transport http.RoundTripper) (*bucket, error) {
	u, err := url.Parse(s.Endpoint)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || strings.Trim(u.Path, "/") != "" {
		return nil, fmt.Errorf("media: %q is no address of an object store, such as https://s3.example.com", s.Endpoint)
	}
	style, region := minio.BucketLookupDNS, s.Region
	if s.PathStyle {
		style = minio.BucketLookupPath
	}
	if region == "" {
		region = "us-east-1" // else the client asks the store for it, each time it starts
	}
	client, err := minio.New(u.Host, &minio.Options{
		Creds: credentials.NewStaticV4(s.AccessKey, s.SecretKey, ""), Secure: u.Scheme == "https", Region: region, BucketLookup: style,
		Transport: transport, MaxRetries: 3,
	})
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	return &bucket{client, s.Bucket, s.Prefix}, nil
}

func isMissing(err error) bool {
	answer := minio.ToErrorResponse(err)
	return answer.StatusCode == http.StatusNotFound || answer.Code == minio.NoSuchKey
}

func (b *bucket) has(ctx context.Context, name string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s3Time)
	defer cancel()
	_, err := b.client.StatObject(ctx, b.name, b.prefix+name, minio.StatObjectOptions{})
	if isMissing(err) {
		return false, nil
	}
	return err == nil, err
}

func (b *bucket) write(ctx context.Context, name string, content []byte) error {
	ctx, cancel := context.WithTimeout(ctx, s3Time)
	defer cancel()
	kind := mime.TypeByExtension(path.Ext(name))
	_, err := b.client.PutObject(ctx, b.name, b.prefix+name, bytes.NewReader(content), int64(len(content)), minio.PutObjectOptions{
		ContentType: kind, DisableMultipart: true,
	})
	return err
}

func (b *bucket) remove(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, s3Time)
	defer cancel()
	err := b.client.RemoveObject(ctx, b.name, b.prefix+name, minio.RemoveObjectOptions{})
	if isMissing(err) {
		return nil
	}
	return err
}

func (b *bucket) try(ctx context.Context) error {
	const name = "hutong-try"
	return errors.Join(b.write(ctx, name, []byte("hutong")), b.remove(ctx, name))
}

// Open implements fs.FS. What is read of the file comes from the store as it is read.
func (b *bucket) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	ctx, cancel := context.WithTimeout(context.Background(), s3Time)
	object, err := b.client.GetObject(ctx, b.name, b.prefix+name, minio.GetObjectOptions{})
	if err != nil {
		cancel()
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	info, err := object.Stat()
	if err == nil {
		return &objectFile{object, info, cancel}, nil
	}
	defer cancel()
	defer object.Close() //nolint:errcheck // nothing was read
	if isMissing(err) {
		err = fs.ErrNotExist
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: err}
}

// objectFile is an object as a file.
type objectFile struct {
	*minio.Object
	info   minio.ObjectInfo
	cancel context.CancelFunc
}

// Stat implements fs.File.
func (f *objectFile) Stat() (fs.FileInfo, error) { return objectInfo{f.info}, nil }

// Close implements fs.File.
func (f *objectFile) Close() error {
	defer f.cancel()
	return f.Object.Close()
}

// objectInfo is what is known of an object.
type objectInfo struct{ of minio.ObjectInfo }

func (i objectInfo) Name() string       { return path.Base(i.of.Key) }
func (i objectInfo) Size() int64        { return i.of.Size }
func (i objectInfo) Mode() fs.FileMode  { return 0o444 }
func (i objectInfo) ModTime() time.Time { return i.of.LastModified }
func (i objectInfo) IsDir() bool        { return false }
func (i objectInfo) Sys() any           { return nil }
