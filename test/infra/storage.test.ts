import { BUCKETS } from '../../infra/names';
import { synth } from './synth';

describe('storage', () => {
  const { lake, template } = synth('hue');

  it('has a bucket for every zone, private, versioned and encrypted with our key', () => {
    const buckets = Object.values(template('storage').findResources('AWS::S3::Bucket'));
    expect(buckets.map(({ Properties }) => Properties.BucketName).toSorted()).toEqual(
      BUCKETS.map((bucket) => lake.names.bucket(bucket)).toSorted(),
    );
  });
});
