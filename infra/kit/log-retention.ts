import { RetentionDays } from 'aws-cdk-lib/aws-logs'

/** The shortest retention the log service offers that keeps at least so many months. */
export const retentionOf = (months: number): RetentionDays => {
  const days = Math.ceil((months * 365.25) / 12)
  const offered = Object.values(RetentionDays)
    .filter((value): value is RetentionDays => typeof value === 'number' && value !== RetentionDays.INFINITE)
    .sort((a, b) => a - b)
  return offered.find((value) => value >= days) ?? RetentionDays.INFINITE
}
