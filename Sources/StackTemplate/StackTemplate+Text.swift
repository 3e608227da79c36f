// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

// Generated from Infrastructure/template.yaml by scripts/embed-template; edit the template and run the script again.
// swift-format-ignore-file

extension StackTemplate {
    /// The template as it stands in the repository.
    package static let text = #"""
# SPDX-FileCopyrightText: The Brevlada authors
# SPDX-License-Identifier: Apache-2.0
#
# Brevlada on AWS: a web site with its contact form, every message kept and delivered.
#
#   browser -- CloudFront --+-- /*      private bucket
#                           `-- /api/*  REST API -- AddContactInfo -- table
#                                                                       `-- stream -- SendContactInfoEmail -- SES -- owner
#
# One plain template: no macro, no transform, no nested stack. It is read from S3, where CloudFormation takes up to 1 MB;
# a template sent inline may have 51,200 bytes, which this one exceeds. The functions' zips need a bucket beforehand anyway.
#
# ASCII alone, names too: CloudFormation gives every other character back as "?".
# https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/814
#
# The order below: parameters, rules, conditions, then resources from the key that encrypts to the alarms that watch.
# What a choice adds, what it costs and how to change it later: docs/options. Why it is so: docs/decisions.
# scripts/check-template proves what is said here; docs/template-acceptance.md lists how.
AWSTemplateFormatVersion: '2010-09-09'
Description: >-
  Brevlada: a web site with its contact form. S3, CloudFront, API Gateway, Lambda, DynamoDB, SES; optionally Cognito, WAF,
  CodePipeline, CloudTrail, your own KMS key, your own domain and replicas in other Regions.

Metadata:
  AWS::CloudFormation::Interface:
    ParameterGroups:
      - Label: {default: The site}
        Parameters:
          - Hosting
          - DomainName
          - AlternateDomainName
          - HostedZoneId
          - CertificateArn
          - PriceClass
          - AllowedSourceIps
          - ContentSecurityPolicy
      - Label: {default: The form}
        Parameters:
          - AllowedOrigins
          - Language
          - Forms
          - Spam
          - ChallengeKind
          - ChallengeSecretName
          - ChallengeSecretVersion
      - Label: {default: The mail}
        Parameters:
          - MailFromAddress
          - MailFromName
          - MailTo
          - FormRecipients
          - MailIdentity
          - MailHostedZoneId
          - DigestBatch
          - DigestPerHour
          - GiveUpAfterDays
          - ReminderDays
      - Label: {default: The functions}
        Parameters:
          - CodeBucket
          - AddContactInfoKey
          - SendContactInfoEmailKey
          - ReadContactInfoKey
          - Architecture
          - MemorySize
          - AddContactInfoConcurrency
          - SendContactInfoEmailConcurrency
          - LogLevel
          - Tracing
      - Label: {default: The data}
        Parameters:
          - TableShards
          - DeletionProtection
          - EncryptionKey
          - StreamBatchSize
          - StreamBatchWindow
          - StreamParallelism
          - WarmWriteUnits
          - ReplicaRegion
          - ReplicaKeyArn
          - SecondReplicaRegion
          - SecondReplicaKeyArn
      - Label: {default: The owner's sign-in}
        Parameters:
          - OwnerEmail
          - OwnerAccess
          - OwnerMfa
      - Label: {default: Limits and the firewall}
        Parameters:
          - ApiRate
          - ApiBurst
          - FormRate
          - FormBurst
          - BodyKilobytes
          - Waf
          - WafRate
          - SiteWebAclArn
      - Label: {default: The pipeline}
        Parameters:
          - PipelineSource
          - GitHubRepository
          - GitHubBranch
          - GitHubSecretName
          - GitHubSecretVersion
          - ConnectionId
          - BuildImage
      - Label: {default: Watching}
        Parameters:
          - Alarms
          - AlertWebhookSecretName
          - AlertWebhookSecretVersion
          - Dashboard
          - MonthlyBudget
          - Trail
          - LogRetentionDays
          - VisitorLogs
          - ApiLoggingRole
          - SesDailyQuota

Parameters:

  # ------------------------------------------------------------------------------------------------------ The site

  Hosting:
    Description: >-
      CloudFront serves the site from a private bucket, over HTTPS, and the form on the same origin. S3Website serves a
      public bucket over plain HTTP, and the form from API Gateway's own address.
    Type: String
    Default: CloudFront
    AllowedValues: [CloudFront, S3Website]
  DomainName:
    Description: The site's own host name, such as www.example.com. Empty takes the name that CloudFront gives.
    Type: String
    Default: ''
    AllowedPattern: ^$|^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$
    ConstraintDescription: a host name in lower case, without https:// and without a path
  AlternateDomainName:
    Description: A second host name that sends visitors on to DomainName, such as example.com.
    Type: String
    Default: ''
    AllowedPattern: ^$|^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$
    ConstraintDescription: a host name in lower case, without https:// and without a path
  HostedZoneId:
    Description: The Route 53 hosted zone that gets the records of DomainName. Empty when the DNS is elsewhere.
    Type: String
    Default: ''
    AllowedPattern: ^$|^Z[A-Z0-9]{1,31}$
    ConstraintDescription: the id of a hosted zone, such as Z0123456789ABCDEFGHIJ
  CertificateArn:
    Description: >-
      A certificate for DomainName and AlternateDomainName in us-east-1, where CloudFront looks for it. Empty has one
      made, which this template can do in us-east-1 with HostedZoneId.
    Type: String
    Default: ''
    AllowedPattern: ^$|^arn:aws[a-z-]*:acm:us-east-1:[0-9]{12}:certificate/[0-9a-f-]{36}$
    ConstraintDescription: the ARN of an ACM certificate in us-east-1
  PriceClass:
    Description: From where CloudFront serves. 100 is Europe and North America, 200 adds most of the rest, All is everywhere.
    Type: String
    Default: PriceClass_100
    AllowedValues: [PriceClass_100, PriceClass_200, PriceClass_All]
  AllowedSourceIps:
    Description: With S3Website, the networks that may read the site, in CIDR notation. Empty lets everybody read.
    Type: CommaDelimitedList
    Default: ''
    AllowedPattern: ^$|^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$|^[0-9a-fA-F:]+/[0-9]{1,3}$
    ConstraintDescription: networks such as 203.0.113.0/24 or 2001:db8::/32, separated by commas
  ContentSecurityPolicy:
    Description: >-
      The Content-Security-Policy of the site. Empty is a strict one that allows nothing from other sites; set your own
      if your pages load fonts, pictures or scripts from elsewhere.
    Type: String
    Default: ''
    MaxLength: 1500
    AllowedPattern: ^$|^default-src [^"\r\n]+$
    ConstraintDescription: a policy that begins with default-src

  # ------------------------------------------------------------------------------------------------------ The form

  AllowedOrigins:
    Description: Other sites whose pages may post to the forms, such as https://shop.example.com. The site itself always may.
    Type: CommaDelimitedList
    Default: ''
    AllowedPattern: ^$|^https?://[a-z0-9.-]+(:[0-9]{1,5})?$
    ConstraintDescription: origins without a path or a final slash, separated by commas
  Language:
    Description: >-
      The language of mail to the owner, of what API Gateway, CloudFront and the firewall answer by themselves, and of answers to
      a visitor whose browser asks for neither.
    Type: String
    Default: en
    AllowedValues: [en, sv]
  Forms:
    Description: >-
      The forms beside the default one, as a JSON object with the keys of "forms" in docs/configuration.md. Lambda takes
      4 KB for all variables of a function together.
    Type: String
    Default: ''
    MaxLength: 2500
    AllowedPattern: ^$|^\{[^\r\n]*\}$
    ConstraintDescription: a JSON object on one line, at most 2500 characters
  Spam:
    Description: What is taken for spam, as a JSON object with the keys of "spam" in docs/configuration.md.
    Type: String
    Default: ''
    MaxLength: 800
    AllowedPattern: ^$|^\{[^\r\n]*\}$
    ConstraintDescription: a JSON object on one line, at most 800 characters
  ChallengeKind:
    Description: The puzzle before sending. Its widget must stand in the form.
    Type: String
    Default: ''
    AllowedValues: ['', turnstile, hcaptcha]
  ChallengeSecretName:
    Description: The name of the secret in Secrets Manager with the service's secret key, as {"secret":"..."}.
    Type: String
    Default: ''
    AllowedPattern: ^[A-Za-z0-9/_+=.@-]{0,512}$
    ConstraintDescription: the name of a secret, not its ARN
  ChallengeSecretVersion:
    Description: The version id of that secret. Give the new one after a rotation, so that the function is updated.
    Type: String
    Default: ''
    AllowedPattern: ^$|^[0-9a-zA-Z-]{32,64}$
    ConstraintDescription: a version id of the secret

  # ------------------------------------------------------------------------------------------------------ The mail

  MailFromAddress:
    Description: The address that mail to the owner comes from, the site's own. An international domain in its xn-- form.
    Type: String
    AllowedPattern: ^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z0-9-]{2,63}$
    ConstraintDescription: one mail address without a name, such as form@example.com
  MailFromName:
    Description: The name shown beside it, such as "The workshop".
    Type: String
    Default: ''
    MaxLength: 80
    AllowedPattern: ^[^"\\<>\r\n]*$
    ConstraintDescription: a name without quotation marks, backslashes and angle brackets
  MailTo:
    Description: Who gets the messages, separated by commas. International domains in their xn-- form.
    Type: CommaDelimitedList
    AllowedPattern: ^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z0-9-]{2,63}$
    ConstraintDescription: mail addresses without names, separated by commas
  FormRecipients:
    Description: Addresses that a form in Forms names in its own "to". The function may send to no others.
    Type: CommaDelimitedList
    Default: ''
    AllowedPattern: ^$|^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z0-9-]{2,63}$
    ConstraintDescription: mail addresses without names, separated by commas
  MailIdentity:
    Description: >-
      What SES verifies. Address: it mails a link to MailFromAddress. Domain: three DNS records, and signed mail.
      Existing: this account has verified the address or its domain already.
    Type: String
    Default: Address
    AllowedValues: [Address, Domain, Existing]
  MailHostedZoneId:
    Description: With Domain, the Route 53 hosted zone that gets the three records. Empty when the DNS is elsewhere.
    Type: String
    Default: ''
    AllowedPattern: ^$|^Z[A-Z0-9]{1,31}$
    ConstraintDescription: the id of a hosted zone, such as Z0123456789ABCDEFGHIJ
  DigestBatch:
    Description: When more messages than this wait at once, one mail lists them.
    Type: Number
    Default: 20
    MinValue: 1
    MaxValue: 10000
  DigestPerHour:
    Description: After so many mails within an hour, messages wait for the sweep, at most ten minutes, and share its mails.
    Type: Number
    Default: 60
    MinValue: 1
    MaxValue: 100000
  GiveUpAfterDays:
    Description: >-
      How long a mail that can't be delivered is tried; by the clock up to a sixth more. Then the message is marked failed,
      kept and alarmed.
    Type: Number
    Default: 3
    MinValue: 1
    MaxValue: 30
  ReminderDays:
    Description: >-
      When messages are held as suspected spam that nobody has looked at, or could not be mailed, and no other mail says so, a
      mail does; at least so many days apart. 0 sends none.
    Type: Number
    Default: 3
    MinValue: 0
    MaxValue: 30

  # ------------------------------------------------------------------------------------------------- The functions

  CodeBucket:
    Description: The bucket that the functions' zips are in. In this Region.
    Type: String
    AllowedPattern: ^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$
    ConstraintDescription: the name of a bucket
  AddContactInfoKey:
    Description: The key of AddContactInfo.zip in it. A new key for new code, such as one with the zip's hash.
    Type: String
    AllowedPattern: ^[A-Za-z0-9!_.*'()/-]{1,1024}$
    ConstraintDescription: a key in the bucket
  SendContactInfoEmailKey:
    Description: The key of SendContactInfoEmail.zip in it.
    Type: String
    AllowedPattern: ^[A-Za-z0-9!_.*'()/-]{1,1024}$
    ConstraintDescription: a key in the bucket
  ReadContactInfoKey:
    Description: The key of ReadContactInfo.zip in it, which OwnerAccess needs. "none" while there is none.
    Type: String
    Default: none
    AllowedPattern: ^[A-Za-z0-9!_.*'()/-]{1,1024}$
    ConstraintDescription: a key in the bucket
  Architecture:
    Description: What the zips are built for. arm64 costs a fifth less.
    Type: String
    Default: arm64
    AllowedValues: [arm64, x86_64]
  MemorySize:
    Description: The functions' memory in MB, and with it their share of a processor.
    Type: Number
    Default: 256
    MinValue: 128
    MaxValue: 3008
  AddContactInfoConcurrency:
    Description: >-
      Concurrent runs of AddContactInfo that are kept for it and that it can't exceed. 0 keeps none: a new account has 10
      in all, which must stay unreserved, and refuses anything else.
    Type: Number
    Default: 0
    MinValue: 0
    MaxValue: 10000
  SendContactInfoEmailConcurrency:
    Description: The same for SendContactInfoEmail. 0 keeps none.
    Type: Number
    Default: 0
    MinValue: 0
    MaxValue: 1000
  LogLevel:
    Description: The least important lines that are logged. info has one for each message and each mail.
    Type: String
    Default: info
    AllowedValues: [trace, debug, info, notice, warning, error, critical]
  Tracing:
    Description: >-
      Traces of requests in X-Ray, for finding what is slow, with the caller's address and the whole URL and so your searches in
      the inbox, for 30 days. Personal data. Costs grow with traffic.
    Type: String
    Default: 'false'
    AllowedValues: ['true', 'false']

  # ------------------------------------------------------------------------------------------------------ The data

  TableShards:
    Description: >-
      How many partitions a form's messages are spread over; each takes 1,000 writes a second. It can be raised later,
      never lowered: messages in the partitions given up would no longer be found.
    Type: Number
    Default: 8
    MinValue: 1
    MaxValue: 256
  DeletionProtection:
    Description: DynamoDB refuses to delete the table while this is true. The stack keeps the table when it is deleted in any case.
    Type: String
    Default: 'true'
    AllowedValues: ['true', 'false']
  EncryptionKey:
    Description: >-
      What encrypts messages, logs, queue and variables. AwsManaged: keys that AWS owns, for nothing. CustomerManaged: a key of your own in
      KMS, a dollar a month and a charge per use.
    Type: String
    Default: AwsManaged
    AllowedValues: [AwsManaged, CustomerManaged]
  StreamBatchSize:
    Description: How many new messages SendContactInfoEmail gets at once, at most.
    Type: Number
    Default: 100
    MinValue: 1
    MaxValue: 1000
  StreamBatchWindow:
    Description: >-
      How many seconds the stream gathers new messages before SendContactInfoEmail gets them. A busy form's mails list more
      when it is longer; each message waits as long.
    Type: Number
    Default: 2
    MinValue: 0
    MaxValue: 300
  StreamParallelism:
    Description: How many batches of one stream shard are worked on at the same time.
    Type: Number
    Default: 1
    MinValue: 1
    MaxValue: 10
  WarmWriteUnits:
    Description: >-
      Writes a second that the table is prepared for at once, for a launch. 0 leaves it as it comes: 4,000, doubled in
      thirty minutes under load; fewer than that AWS refuses. Charged once; can't be lowered.
    Type: Number
    Default: 0
    MinValue: 0
    MaxValue: 1000000
  ReplicaRegion:
    Description: Another Region that keeps a copy of every message within a second. Empty keeps them in this one.
    Type: String
    Default: ''
    AllowedPattern: ^$|^[a-z]{2}(-[a-z]+)+-[0-9]$
    ConstraintDescription: the code of a Region, such as eu-west-1
  ReplicaKeyArn:
    Description: The key in that Region that encrypts the copy. Needed with CustomerManaged, for a key stays in its Region.
    Type: String
    Default: ''
    AllowedPattern: ^$|^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-zA-Z-]+$
    ConstraintDescription: the ARN of a KMS key
  SecondReplicaRegion:
    Description: A third Region with a copy.
    Type: String
    Default: ''
    AllowedPattern: ^$|^[a-z]{2}(-[a-z]+)+-[0-9]$
    ConstraintDescription: the code of a Region, such as eu-west-1
  SecondReplicaKeyArn:
    Description: The key in that Region that encrypts the copy. Needed with CustomerManaged.
    Type: String
    Default: ''
    AllowedPattern: ^$|^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-zA-Z-]+$
    ConstraintDescription: the ARN of a KMS key

  # ------------------------------------------------------------------------------------------- The owner's sign-in

  OwnerEmail:
    Description: Who gets the alarms and the budget's warnings, and with Cognito the first account.
    Type: String
    AllowedPattern: ^[^@\s,"]{1,64}@[^@\s,"]{1,255}$
    ConstraintDescription: one mail address
  OwnerAccess:
    Description: >-
      How the owner reads messages through the API. None: there are no such routes. Cognito: by signing in on a page.
      Iam: with AWS credentials. Needs ReadContactInfoKey.
    Type: String
    Default: None
    AllowedValues: [None, Cognito, Iam]
  OwnerMfa:
    Description: With Cognito, whether signing in takes a code from an app as well.
    Type: String
    Default: 'ON'
    AllowedValues: ['ON', OPTIONAL]

  # --------------------------------------------------------------------------------------- Limits and the firewall

  ApiRate:
    Description: Requests a second that each method of the API takes in the long run; those that take messages, FormRate.
    Type: Number
    Default: 100
    MinValue: 1
    MaxValue: 10000
  ApiBurst:
    Description: Requests that it takes at once.
    Type: Number
    Default: 200
    MinValue: 1
    MaxValue: 5000
  FormRate:
    Description: >-
      Messages a second that each of the form's routes takes in the long run. Bounds what a flood costs.
    Type: Number
    Default: 10
    MinValue: 1
    MaxValue: 10000
  FormBurst:
    Description: Messages that it takes at once.
    Type: Number
    Default: 100
    MinValue: 1
    MaxValue: 5000
  BodyKilobytes:
    Description: The largest message, all fields together, in KiB. What one costs grows with it.
    Type: Number
    Default: 256
    MinValue: 1
    MaxValue: 256
  Waf:
    Description: >-
      A web application firewall: on the distribution with CloudFront in us-east-1, on the API otherwise. About 11 dollars a
      month; included in CloudFront's flat-rate plans.
    Type: String
    Default: 'false'
    AllowedValues: ['true', 'false']
  WafRate:
    Description: With Waf, posts that one address may send in five minutes.
    Type: Number
    Default: 100
    MinValue: 10
    MaxValue: 2000000
  SiteWebAclArn:
    Description: With CloudFront, a firewall that you have already, from us-east-1. Instead of Waf there, beside it elsewhere.
    Type: String
    Default: ''
    AllowedPattern: ^$|^arn:aws[a-z-]*:wafv2:us-east-1:[0-9]{12}:global/webacl/[A-Za-z0-9_-]+/[0-9a-f-]{36}$
    ConstraintDescription: the ARN of a web ACL with scope CLOUDFRONT

  # -------------------------------------------------------------------------------------------------- The pipeline

  PipelineSource:
    Description: >-
      Where the pipeline gets the code from. None: there is no pipeline. CodeConnections: through AWS's GitHub app, as AWS
      recommends. GitHubToken: with a token kept in Secrets Manager.
    Type: String
    Default: None
    AllowedValues: [None, CodeConnections, GitHubToken]
  GitHubRepository:
    Description: The repository, as owner/name.
    Type: String
    Default: ''
    AllowedPattern: ^$|^[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}$
    ConstraintDescription: owner/name
  GitHubBranch:
    Description: The branch that is deployed.
    Type: String
    Default: main
    AllowedPattern: ^[A-Za-z0-9._/-]{1,255}$
    ConstraintDescription: the name of a branch
  GitHubSecretName:
    Description: >-
      With GitHubToken, the name of the secret in Secrets Manager {"token":"...","webhook":"..."}: a token with repo and
      admin:repo_hook, and any long random text that GitHub signs its calls with.
    Type: String
    Default: ''
    AllowedPattern: ^[A-Za-z0-9/_+=.@-]{0,512}$
    ConstraintDescription: the name of a secret, not its ARN
  GitHubSecretVersion:
    Description: The version id of that secret. Give the new one after a rotation; CloudFormation does not see it by itself.
    Type: String
    Default: ''
    AllowedPattern: ^$|^[0-9a-zA-Z-]{32,64}$
    ConstraintDescription: a version id of the secret
  ConnectionId:
    Description: >-
      With CodeConnections, a connection of this account and Region that you have already: what follows connection/ in its
      ARN. Empty makes one, which waits until you accept it in the console.
    Type: String
    Default: ''
    AllowedPattern: ^$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$
    ConstraintDescription: the id at the end of the connection's ARN
  BuildImage:
    Description: The image that the functions are built and tested in, Swift on Amazon Linux 2023.
    Type: String
    Default: public.ecr.aws/docker/library/swift:6.3-amazonlinux2023
    AllowedPattern: ^[a-z0-9./_-]+:[A-Za-z0-9._-]*amazonlinux2023[A-Za-z0-9._-]*$
    ConstraintDescription: an image with Swift on Amazon Linux 2023, whose C library is the functions' own

  # ------------------------------------------------------------------------------------------------------ Watching

  Alarms:
    Description: Alarms by mail to OwnerEmail when messages, mails or the service fail. Ten cents each a month.
    Type: String
    Default: 'true'
    AllowedValues: ['true', 'false']
  AlertWebhookSecretName:
    Description: >-
      The name of the secret in Secrets Manager with a webhook that is called when mail itself is broken, as
      {"url":"https://...","secret":"whsec_..."}.
    Type: String
    Default: ''
    AllowedPattern: ^[A-Za-z0-9/_+=.@-]{0,512}$
    ConstraintDescription: the name of a secret, not its ARN
  AlertWebhookSecretVersion:
    Description: The version id of that secret. Give the new one after a change, so that the function is updated.
    Type: String
    Default: ''
    AllowedPattern: ^$|^[0-9a-zA-Z-]{32,64}$
    ConstraintDescription: a version id of the secret
  Dashboard:
    Description: A dashboard of messages, mails and errors in CloudWatch. The first three of an account cost nothing.
    Type: String
    Default: 'true'
    AllowedValues: ['true', 'false']
  MonthlyBudget:
    Description: Dollars a month for the whole account, from which OwnerEmail is warned. 0 sets no budget.
    Type: Number
    Default: 0
    MinValue: 0
    MaxValue: 1000000
  Trail:
    Description: >-
      CloudTrail. Management keeps who changed what in this account, in all Regions; the first such trail of an account costs
      nothing. Data adds who read and wrote messages and files.
    Type: String
    Default: None
    AllowedValues: [None, Management, Data]
  LogRetentionDays:
    Description: How long logs are kept.
    Type: Number
    Default: 30
    AllowedValues: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]
  VisitorLogs:
    Description: Logs of each visit to the site, with the visitor's address and your searches in the inbox, kept for LogRetentionDays. Personal data.
    Type: String
    Default: 'false'
    AllowedValues: ['true', 'false']
  ApiLoggingRole:
    Description: >-
      API Gateway writes logs with one role for the account and Region. Create sets it. Existing leaves it as it is, for
      an account where another stack takes care of it.
    Type: String
    Default: Create
    AllowedValues: [Create, Existing]
  SesDailyQuota:
    Description: The mails a day that SES lets this account send, for the alarm before they are used up. 200 in the sandbox.
    Type: Number
    Default: 50000
    MinValue: 1
    MaxValue: 1000000000

# What CloudFormation refuses before it begins. Each says what must hold and what to set.
Rules:
  DomainIsForCloudFront:
    RuleCondition: !Equals [!Ref Hosting, S3Website]
    Assertions:
      - Assert: !And [!Equals [!Ref DomainName, ''], !Equals [!Ref AlternateDomainName, '']]
        AssertDescription: your own domain needs CloudFront; set Hosting to CloudFront, or leave the domain names empty
      - Assert: !Equals [!Ref SiteWebAclArn, '']
        AssertDescription: SiteWebAclArn guards a distribution; set Hosting to CloudFront, or leave it empty
      - Assert: !Not [!Equals [!Ref OwnerAccess, Cognito]]
        AssertDescription: signing in needs HTTPS, which S3Website has not; set Hosting to CloudFront, or OwnerAccess to Iam
  AddressesAreForS3Website:
    RuleCondition: !Equals [!Ref Hosting, CloudFront]
    Assertions:
      - Assert: {"Fn::EachMemberEquals": [!Ref AllowedSourceIps, ""]}
        AssertDescription: AllowedSourceIps limits a public bucket; with CloudFront use a firewall, SiteWebAclArn or Waf
  DomainHasCertificate:
    RuleCondition: !Not [!Equals [!Ref DomainName, '']]
    Assertions:
      - Assert: !Or
          - !Not [!Equals [!Ref CertificateArn, '']]
          - !And [!Equals [!Ref AWS::Region, us-east-1], !Not [!Equals [!Ref HostedZoneId, '']]]
        AssertDescription: >-
          DomainName needs a certificate in us-east-1; set CertificateArn, or deploy in us-east-1 with HostedZoneId to have one
          made
  AlternateNeedsDomain:
    RuleCondition: !Not [!Equals [!Ref AlternateDomainName, '']]
    Assertions:
      - Assert: !Not [!Equals [!Ref DomainName, '']]
        AssertDescription: AlternateDomainName sends visitors on to DomainName; set DomainName
      - Assert: !Not [!Equals [!Ref AlternateDomainName, !Ref DomainName]]
        AssertDescription: AlternateDomainName is DomainName; leave it empty, or set it to another name
  ZoneNeedsDomain:
    RuleCondition: !Not [!Equals [!Ref HostedZoneId, '']]
    Assertions:
      - Assert: !Not [!Equals [!Ref DomainName, '']]
        AssertDescription: HostedZoneId gets the records of DomainName; set DomainName, or leave HostedZoneId empty
  ChallengeIsWhole:
    Assertions:
      - Assert: !Or
          - !And [!Equals [!Ref ChallengeKind, ''], !Equals [!Ref ChallengeSecretName, '']]
          - !And [!Not [!Equals [!Ref ChallengeKind, '']], !Not [!Equals [!Ref ChallengeSecretName, '']]]
        AssertDescription: a challenge has both a kind and a secret; set ChallengeKind and ChallengeSecretName, or neither
  MailZoneNeedsDomainIdentity:
    RuleCondition: !Not [!Equals [!Ref MailHostedZoneId, '']]
    Assertions:
      - Assert: !Equals [!Ref MailIdentity, Domain]
        AssertDescription: MailHostedZoneId gets a domain's records; set MailIdentity to Domain, or leave it empty
  ReplicasAreElsewhere:
    RuleCondition: !Not [!Equals [!Ref ReplicaRegion, '']]
    Assertions:
      - Assert: !Not [!Equals [!Ref ReplicaRegion, !Ref AWS::Region]]
        AssertDescription: ReplicaRegion is this Region, which has the table already; name another, or leave it empty
      - Assert: !Or [!Equals [!Ref EncryptionKey, AwsManaged], !Not [!Equals [!Ref ReplicaKeyArn, '']]]
        AssertDescription: a copy in another Region needs a key there; set ReplicaKeyArn, or EncryptionKey to AwsManaged
  SecondReplicaIsElsewhere:
    RuleCondition: !Not [!Equals [!Ref SecondReplicaRegion, '']]
    Assertions:
      - Assert: !Not [!Equals [!Ref ReplicaRegion, '']]
        AssertDescription: SecondReplicaRegion comes after ReplicaRegion; set ReplicaRegion first
      - Assert: !And
          - !Not [!Equals [!Ref SecondReplicaRegion, !Ref AWS::Region]]
          - !Not [!Equals [!Ref SecondReplicaRegion, !Ref ReplicaRegion]]
        AssertDescription: SecondReplicaRegion has a copy already; name a third Region, or leave it empty
      - Assert: !Or [!Equals [!Ref EncryptionKey, AwsManaged], !Not [!Equals [!Ref SecondReplicaKeyArn, '']]]
        AssertDescription: a copy in another Region needs a key there; set SecondReplicaKeyArn, or EncryptionKey to AwsManaged
  VisitorLogsReachTheirBucket:
    RuleCondition: !And [!Equals [!Ref Hosting, CloudFront], !Equals [!Ref VisitorLogs, 'true']]
    Assertions:
      # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/AccessLogs.html#access-logs-choosing-s3-bucket
      - Assert: !Not
          - !Or
            - !Equals [!Ref AWS::Region, af-south-1]
            - !Equals [!Ref AWS::Region, ap-east-1]
            - !Equals [!Ref AWS::Region, eu-south-1]
            - !Equals [!Ref AWS::Region, me-south-1]
        AssertDescription: CloudFront writes no logs to a bucket in this Region; set VisitorLogs to false
  # A type that a Region does not know fails as "Unrecognized resource types", which says nothing of what to do. Under a condition
  # that does not hold it is no matter: https://aws.amazon.com/blogs/mt/handling-region-parity-with-infrastructure-as-code/
  # The lists are those of CloudFormation's own schemas, as cfn-lint has them; test_regions.py holds them against each other.
  BudgetIsKnownHere:
    RuleCondition: !Not [!Equals [!Ref MonthlyBudget, 0]]
    Assertions:
      - Assert: !Not
          - "Fn::Contains":
            - [af-south-1, ap-east-1, ap-east-2, ap-northeast-3, ap-south-2, ap-southeast-3, ap-southeast-4, ap-southeast-5,
               ap-southeast-6, ap-southeast-7, ca-west-1, eu-central-2, eu-north-1, eu-south-1, eu-south-2, il-central-1,
               me-central-1, mx-central-1, us-gov-east-1, us-gov-west-1]
            - !Ref AWS::Region
        AssertDescription: >-
          CloudFormation makes no budgets in this Region; set MonthlyBudget to 0 and make one in the console, which counts the
          whole account from anywhere
  PipelineIsKnownHere:
    Assertions:
      - Assert: !Or
          - !Not [!Equals [!Ref PipelineSource, CodeConnections]]
          - !Not
            - "Fn::Contains":
              - [af-south-1, ap-east-1, ap-east-2, ap-northeast-3, ap-south-2, ap-southeast-3, ap-southeast-4, ap-southeast-5,
                 ap-southeast-6, ap-southeast-7, ca-west-1, cn-north-1, cn-northwest-1, eu-central-2, eu-south-2, il-central-1,
                 me-central-1, mx-central-1]
              - !Ref AWS::Region
        AssertDescription: AWS has no connections to GitHub in this Region; set PipelineSource to GitHubToken or None
      - Assert: !Or
          - !Not [!Equals [!Ref PipelineSource, GitHubToken]]
          - !Not
            - "Fn::Contains":
              - [ap-east-2, ap-southeast-5, ap-southeast-7, ca-west-1, mx-central-1]
              - !Ref AWS::Region
        AssertDescription: AWS has no webhook for the pipeline in this Region; set PipelineSource to None
  OwnerAccessHasCode:
    RuleCondition: !Not [!Equals [!Ref OwnerAccess, None]]
    Assertions:
      - Assert: !Not [!Equals [!Ref ReadContactInfoKey, none]]
        AssertDescription: the owner's routes need their function; set ReadContactInfoKey, or OwnerAccess to None
  OneFirewallForTheSite:
    RuleCondition: !And [!Equals [!Ref AWS::Region, us-east-1], !Equals [!Ref Hosting, CloudFront], !Equals [!Ref Waf, 'true']]
    Assertions:
      - Assert: !Equals [!Ref SiteWebAclArn, '']
        AssertDescription: a distribution has one firewall; leave SiteWebAclArn empty, or set Waf to false
  PipelineHasRepository:
    RuleCondition: !Not [!Equals [!Ref PipelineSource, None]]
    Assertions:
      - Assert: !Not [!Equals [!Ref GitHubRepository, '']]
        AssertDescription: the pipeline needs a repository; set GitHubRepository, or PipelineSource to None
  TokenOrConnection:
    Assertions:
      - Assert: !Or [!Equals [!Ref PipelineSource, GitHubToken], !Equals [!Ref GitHubSecretName, '']]
        AssertDescription: GitHubSecretName is used with GitHubToken alone; leave it empty, or set PipelineSource to GitHubToken
      - Assert: !Or [!Not [!Equals [!Ref PipelineSource, GitHubToken]], !Not [!Equals [!Ref GitHubSecretName, '']]]
        AssertDescription: GitHubToken needs the secret with the token; set GitHubSecretName
      - Assert: !Or [!Equals [!Ref PipelineSource, CodeConnections], !Equals [!Ref ConnectionId, '']]
        AssertDescription: ConnectionId is used with CodeConnections alone; leave it empty, or set PipelineSource to CodeConnections

# Fn::FindInMap fails for a key that is not in its mapping, in a branch that is not taken too: what is looked up by a parameter
# must be there for each of its values. https://github.com/aws-cloudformation/aws-cloudformation-templates/issues/271
Mappings:
  # CloudFront's managed policies, by their published ids.
  # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
  ManagedPolicy:
    CachingOptimized: {Id: 658327ea-f89d-4fab-a63d-7e88639e58f6}
    CachingDisabled: {Id: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad}
    AllViewerExceptHostHeader: {Id: b689b0a8-53d0-40ab-baf2-38268ae966ac}
    SecurityHeaders: {Id: 67f7725c-6f97-4210-82d7-5512b31e9d03}
  # Lambda drops lines below its own level, which is INFO unless it is told. It takes metrics for INFO, so never more than that:
  # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
  LambdaLogLevel:
    trace: {Passes: TRACE}
    debug: {Passes: DEBUG}
    info: {Passes: INFO}
    notice: {Passes: INFO}
    warning: {Passes: INFO}
    error: {Passes: INFO}
    critical: {Passes: INFO}

Conditions:
  InCloudFront: !Equals [!Ref Hosting, CloudFront]
  InS3Website: !Not [Condition: InCloudFront]
  InUsEast1: !Equals [!Ref AWS::Region, us-east-1]
  HasDomain: !And [Condition: InCloudFront, !Not [!Equals [!Ref DomainName, '']]]
  HasAlternateDomain: !And [Condition: HasDomain, !Not [!Equals [!Ref AlternateDomainName, '']]]
  HasHostedZone: !And [Condition: HasDomain, !Not [!Equals [!Ref HostedZoneId, '']]]
  HasAlternateRecords: !And [Condition: HasAlternateDomain, Condition: HasHostedZone]
  HasOwnCertificate: !And [Condition: HasDomain, !Not [!Equals [!Ref CertificateArn, '']]]
  MakesCertificate: !And [Condition: HasDomain, !Equals [!Ref CertificateArn, '']]
  LimitsAddresses: !And [Condition: InS3Website, !Not [!Equals [!Join ['', !Ref AllowedSourceIps], '']]]
  HasOwnPolicy: !Not [!Equals [!Ref ContentSecurityPolicy, '']]
  IsSwedish: !Equals [!Ref Language, sv]
  HasChallenge: !Not [!Equals [!Ref ChallengeKind, '']]
  IsTurnstile: !Equals [!Ref ChallengeKind, turnstile]
  HasAlertWebhook: !Not [!Equals [!Ref AlertWebhookSecretName, '']]
  HasMailName: !Not [!Equals [!Ref MailFromName, '']]
  MakesIdentity: !Not [!Equals [!Ref MailIdentity, Existing]]
  MailsFromDomain: !Equals [!Ref MailIdentity, Domain]
  HasMailZone: !And [Condition: MailsFromDomain, !Not [!Equals [!Ref MailHostedZoneId, '']]]
  ReservesAddContactInfo: !Not [!Equals [!Ref AddContactInfoConcurrency, 0]]
  ReservesSendContactInfoEmail: !Not [!Equals [!Ref SendContactInfoEmailConcurrency, 0]]
  IsArm: !Equals [!Ref Architecture, arm64]
  Traces: !Equals [!Ref Tracing, 'true']
  HasOwnKey: !Equals [!Ref EncryptionKey, CustomerManaged]
  SiteHasOwnKey: !And [Condition: HasOwnKey, Condition: InCloudFront]
  IsProtected: !Equals [!Ref DeletionProtection, 'true']
  IsWarmed: !Not [!Equals [!Ref WarmWriteUnits, 0]]
  HasReplica: !Not [!Equals [!Ref ReplicaRegion, '']]
  HasSecondReplica: !Not [!Equals [!Ref SecondReplicaRegion, '']]
  HasOwnerAccess: !Not [!Equals [!Ref OwnerAccess, None]]
  HasCognito: !Equals [!Ref OwnerAccess, Cognito]
  HasIamAccess: !Equals [!Ref OwnerAccess, Iam]
  HasPublicRoutesOnly: !Not [Condition: HasOwnerAccess]
  # What is live of the API, by its routes and by the language of its own answers.
  IsPublicInEnglish: !And [Condition: HasPublicRoutesOnly, !Not [Condition: IsSwedish]]
  IsPublicInSwedish: !And [Condition: HasPublicRoutesOnly, Condition: IsSwedish]
  IsCognitoInEnglish: !And [Condition: HasCognito, !Not [Condition: IsSwedish]]
  IsCognitoInSwedish: !And [Condition: HasCognito, Condition: IsSwedish]
  IsIamInEnglish: !And [Condition: HasIamAccess, !Not [Condition: IsSwedish]]
  IsIamInSwedish: !And [Condition: HasIamAccess, Condition: IsSwedish]
  HasWaf: !Equals [!Ref Waf, 'true']
  WafIsOnSite: !And [Condition: HasWaf, Condition: InCloudFront, Condition: InUsEast1]
  WafIsOnApi: !And [Condition: HasWaf, !Not [Condition: WafIsOnSite]]
  HasSiteWebAcl: !Not [!Equals [!Ref SiteWebAclArn, '']]
  HasPipeline: !Not [!Equals [!Ref PipelineSource, None]]
  UsesToken: !Equals [!Ref PipelineSource, GitHubToken]
  UsesConnection: !Equals [!Ref PipelineSource, CodeConnections]
  MakesConnection: !And [Condition: UsesConnection, !Equals [!Ref ConnectionId, '']]
  HasAlarms: !Equals [!Ref Alarms, 'true']
  HasPipelineAlarm: !And [Condition: HasAlarms, Condition: HasPipeline]
  HasOwnerAlarms: !And [Condition: HasAlarms, Condition: HasOwnerAccess]
  HasDashboard: !Equals [!Ref Dashboard, 'true']
  HasBudget: !Not [!Equals [!Ref MonthlyBudget, 0]]
  HasTrail: !Not [!Equals [!Ref Trail, None]]
  TrailsData: !Equals [!Ref Trail, Data]
  LogsVisitors: !Equals [!Ref VisitorLogs, 'true']
  LogsSiteVisits: !And [Condition: InCloudFront, Condition: LogsVisitors]
  LogsSiteBucket: !Or [Condition: InCloudFront, Condition: LogsVisitors]
  MakesApiLoggingRole: !Equals [!Ref ApiLoggingRole, Create]

Resources:

  # ============================================================================================== The key, if own
  # Who may use it is said here for the functions and for the services that act by themselves, and in each role's policy for the
  # pipeline. No resource that the key encrypts is named, for those name the key: a circle that CloudFormation refuses.

  DataKey:
    Type: AWS::KMS::Key
    Condition: HasOwnKey
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      Description: !Sub Encrypts the messages and logs of ${AWS::StackName}
      EnableKeyRotation: true
      PendingWindowInDays: 30
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          # Without this the account could lock itself out; it lets IAM policies decide.
          # https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
          - Sid: AccountDecides
            Effect: Allow
            Principal: {AWS: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'}
            Action: kms:*
            Resource: '*'
          # As in the keys that AWS manages for these services: who may use the table, the functions or the queue may use the key
          # through them, and through nothing else. Here and not in the functions' roles: those name the table, so they would get the
          # right after the table has changed its key, and lose it before it changes back, and messages would be refused meanwhile.
          # No kms:CreateGrant: who makes or changes the table needs it, and has it by IAM; who reads and writes does not.
          # https://docs.aws.amazon.com/kms/latest/developerguide/services-dynamodb.html
          # A copy in another Region has a key of its own there; no function reads it.
          - Sid: AccountThroughItsData
            Effect: Allow
            Principal: {AWS: '*'}
            Action: [kms:Encrypt, kms:Decrypt, kms:ReEncryptFrom, kms:ReEncryptTo, kms:GenerateDataKey, kms:GenerateDataKeyWithoutPlaintext, kms:DescribeKey]
            Resource: '*'
            Condition:
              StringEquals:
                kms:CallerAccount: !Ref AWS::AccountId
                kms:ViaService:
                  - !Sub dynamodb.${AWS::Region}.${AWS::URLSuffix}
                  - !Sub lambda.${AWS::Region}.${AWS::URLSuffix}
                  - !Sub sqs.${AWS::Region}.${AWS::URLSuffix}
          - Sid: LogsOfThisStack
            Effect: Allow
            Principal: {Service: !Sub 'logs.${AWS::Region}.${AWS::URLSuffix}'}
            Action: [kms:Encrypt, kms:Decrypt, kms:ReEncryptFrom, kms:ReEncryptTo, kms:GenerateDataKey, kms:DescribeKey]
            Resource: '*'
            Condition:
              ArnLike:
                kms:EncryptionContext:aws:logs:arn:
                  - !Sub arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${AWS::StackName}-*
                  - !Sub arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:aws-waf-logs-${AWS::StackName}
          # Alarms, mail events and the budget write to encrypted topics and queues.
          - Sid: MessagesToTopics
            Effect: Allow
            Principal: {Service: [cloudwatch.amazonaws.com, ses.amazonaws.com, sns.amazonaws.com]}
            Action: [kms:Decrypt, kms:GenerateDataKey]
            Resource: '*'
            Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}
          # So does the rule that tells of the pipeline. Of EventBridge no key policy learns the account, but SNS names the topic:
          # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
          # https://docs.aws.amazon.com/gamelift/latest/flexmatchguide/queue-notification-sns-sse.html
          - !If
            - HasPipelineAlarm
            - Sid: EventsToTopicsOfThisStack
              Effect: Allow
              Principal: {Service: events.amazonaws.com}
              Action: [kms:Decrypt, kms:GenerateDataKey]
              Resource: '*'
              Condition:
                ArnLike:
                  kms:EncryptionContext:aws:sns:topicArn: !Sub arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${AWS::StackName}-*
            - !Ref AWS::NoValue
          - Sid: SiteThroughCloudFront
            Effect: Allow
            Principal: {Service: cloudfront.amazonaws.com}
            Action: kms:Decrypt
            Resource: '*'
            # The ARN alone, as AWS's example has it; it names the account:
            # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
            Condition: {ArnLike: {aws:SourceArn: !Sub 'arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/*'}}
          - Sid: TrailOfThisAccount
            Effect: Allow
            Principal: {Service: cloudtrail.amazonaws.com}
            Action: [kms:GenerateDataKey, kms:DescribeKey]
            Resource: '*'
            Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}

  # ================================================================================================== The site: S3

  SiteBucket:
    Type: AWS::S3::Bucket
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties:
      OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}
      # With S3Website the bucket's policy is public, and nothing else may be: no ACL ever is.
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        IgnorePublicAcls: true
        BlockPublicPolicy: !If [InCloudFront, true, false]
        RestrictPublicBuckets: !If [InCloudFront, true, false]
      # S3Website is read without a signature, which a KMS key would refuse.
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - !If
            - SiteHasOwnKey
            - BucketKeyEnabled: true
              ServerSideEncryptionByDefault: {SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt DataKey.Arn}
            - ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}
      VersioningConfiguration: {Status: Enabled}
      LifecycleConfiguration:
        Rules:
          - Id: ForgetWhatWasReplaced
            Status: Enabled
            NoncurrentVersionExpiration: {NoncurrentDays: 30}
            AbortIncompleteMultipartUpload: {DaysAfterInitiation: 7}
      WebsiteConfiguration: !If
        - InS3Website
        - {IndexDocument: index.html, ErrorDocument: 404.html}
        - !Ref AWS::NoValue
      # Behind CloudFront the requests are CloudFront's own. On the public website they are the visitors': personal data.
      LoggingConfiguration: !If
        - LogsSiteBucket
        - {DestinationBucketName: !Ref LogBucket, LogFilePrefix: s3/site/}
        - !Ref AWS::NoValue

  # One resource for both ways of hosting: a bucket has one policy, and when a second resource took over from the first,
  # CloudFormation would delete the first afterwards, and the bucket's policy with it.
  SiteBucketPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref SiteBucket
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - !If
            - InCloudFront
            - Sid: OurDistributionReads
              Effect: Allow
              Principal: {Service: cloudfront.amazonaws.com}
              Action: s3:GetObject
              Resource: !Sub ${SiteBucket.Arn}/*
              Condition: {StringEquals: {aws:SourceArn: !Sub 'arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}'}}
            - Sid: EverybodyReads
              Effect: Allow
              Principal: '*'
              Action: s3:GetObject
              Resource: !Sub ${SiteBucket.Arn}/*
              Condition: !If
                - LimitsAddresses
                - {IpAddress: {aws:SourceIp: !Ref AllowedSourceIps}}
                - !Ref AWS::NoValue
          # Without it S3 answers 403 for a page that is missing, and the 404 page would not be shown.
          - !If
            - InCloudFront
            - Sid: OurDistributionLearnsWhatIsMissing
              Effect: Allow
              Principal: {Service: cloudfront.amazonaws.com}
              Action: s3:ListBucket
              Resource: !GetAtt SiteBucket.Arn
              Condition: {StringEquals: {aws:SourceArn: !Sub 'arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}'}}
            - !Ref AWS::NoValue
          - !If
            - InCloudFront
            - Sid: NothingWithoutTls
              Effect: Deny
              Principal: '*'
              Action: s3:*
              Resource: [!GetAtt SiteBucket.Arn, !Sub '${SiteBucket.Arn}/*']
              Condition: {Bool: {aws:SecureTransport: 'false'}}
            - !Ref AWS::NoValue

  # ========================================================================================== The site: CloudFront

  SiteAccessControl:
    Type: AWS::CloudFront::OriginAccessControl
    Condition: InCloudFront
    Properties:
      OriginAccessControlConfig:
        # Names are unique in an account; the stack's id makes this one so.
        Name: !Join ['-', [brevlada, !Select [2, !Split ['/', !Ref AWS::StackId]]]]
        OriginAccessControlOriginType: s3
        SigningBehavior: always
        SigningProtocol: sigv4

  # Folders have an index.html, as on one machine: /sv/ is /sv/index.html, and /sv goes to /sv/.
  SiteRequestFunction:
    Type: AWS::CloudFront::Function
    Condition: InCloudFront
    Properties:
      Name: !Join ['-', [site, !Select [2, !Split ['/', !Ref AWS::StackId]]]]
      AutoPublish: true
      FunctionConfig:
        Comment: Sends visitors to the site's own name, and folders to their index
        Runtime: cloudfront-js-2.0
      FunctionCode: !Sub
        - |
          const ownName = '${OwnName}';

          function query(fields) {
              const pairs = [];
              for (const name in fields) {
                  const values = fields[name].multiValue || [fields[name]];
                  values.forEach(one => pairs.push(one.value === '' ? name : name + '=' + one.value));
              }
              return pairs.length ? '?' + pairs.join('&') : '';
          }

          function moved(location) {
              return { statusCode: 301, statusDescription: 'Moved Permanently', headers: { location: { value: location } } };
          }

          function handler(event) {
              const request = event.request;
              const last = request.uri.slice(request.uri.lastIndexOf('/') + 1);
              if (ownName && request.headers.host.value !== ownName) {
                  return moved('https://' + ownName + request.uri + query(request.querystring));
              }
              if (last === '') {
                  request.uri += 'index.html';
              } else if (last.indexOf('.') < 0) {
                  // One slash in front: //elsewhere would be another site's address.
                  return moved(request.uri.replace(/^\/+/, '/') + '/' + query(request.querystring));
              }
              return request;
          }
        - OwnName: !If [HasAlternateDomain, !Ref DomainName, '']

  # What a message may have is in docs/contract.md. Refused here it costs neither the API nor a function. The visitor's
  # address goes on in a header of ours, which takes the place of one that a visitor wrote: X-Forwarded-For begins with
  # whatever the visitor says. The firewall on the API counts by it.
  ApiRequestFunction:
    Type: AWS::CloudFront::Function
    Condition: InCloudFront
    Properties:
      Name: !Join ['-', [api, !Select [2, !Split ['/', !Ref AWS::StackId]]]]
      AutoPublish: true
      FunctionConfig:
        Comment: Refuses a body that is too large, and tells the API's firewall the visitor's address
        Runtime: cloudfront-js-2.0
      FunctionCode: !Sub
        - |
          const limit = ${BodyKilobytes} * 1024;
          const message = '${Message}';

          function handler(event) {
              const request = event.request;
              const length = request.headers['content-length'];
              if (!length || Number(length.value) <= limit) {
                  request.headers['x-visitor'] = { value: event.viewer.ip };
                  return request;
              }
              return {
                  statusCode: 413,
                  statusDescription: 'Content Too Large',
                  headers: {
                      'content-type': { value: 'application/json' }, 'cache-control': { value: 'no-store' },
                      'content-language': { value: '${Language}' },
                      'access-control-allow-origin': { value: '*' },
                  },
                  body: JSON.stringify({
                      ok: false, success: false, error: 'Too large', message: message,
                      errors: [{ code: 'TOO_LONG', message: message }],
                  }),
              };
          }
        - Message: !If [IsSwedish, 'Meddelandet \u00e4r f\u00f6r l\u00e5ngt. Korta ner det och skicka igen.', 'The message is too long. Shorten it and send again.']

  SiteHeadersPolicy:
    Type: AWS::CloudFront::ResponseHeadersPolicy
    Condition: InCloudFront
    Properties:
      ResponseHeadersPolicyConfig:
        Name: !Join ['-', [site, !Select [2, !Split ['/', !Ref AWS::StackId]]]]
        SecurityHeadersConfig:
          StrictTransportSecurity: {AccessControlMaxAgeSec: 31536000, Override: true}
          ContentTypeOptions: {Override: true}
          FrameOptions: {FrameOption: SAMEORIGIN, Override: true}
          ReferrerPolicy: {ReferrerPolicy: strict-origin-when-cross-origin, Override: true}
          # The same policy as on one machine. form-action names the other origins too: a browser applies it to where
          # the visitor is sent on to.
          ContentSecurityPolicy:
            Override: true
            ContentSecurityPolicy: !If
              - HasOwnPolicy
              - !Ref ContentSecurityPolicy
              - !Sub
                - >-
                  default-src 'none'; style-src 'self'; script-src 'self' ${Challenge}; img-src 'self' data:;
                  media-src 'self'; manifest-src 'self'; font-src 'self'; connect-src 'self' ${Challenge}; frame-src 'self' ${Challenge};
                  form-action 'self' ${Targets}; base-uri 'none'; frame-ancestors 'self'
                # What each challenge loads, as in ContactFormChallenge.
                - Challenge: !If
                    - IsTurnstile
                    - https://challenges.cloudflare.com
                    - !If [HasChallenge, 'https://hcaptcha.com https://*.hcaptcha.com', '']
                  Targets: !Join [' ', !Ref AllowedOrigins]
        CustomHeadersConfig:
          Items:
            - Header: Permissions-Policy
              Value: >-
                accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(),
                gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()
              Override: true
            - {Header: Cross-Origin-Opener-Policy, Value: same-origin, Override: true}

  # The owner's page, whatever the site's own policy says: as InboxPages has it on one machine, and its sign-in, which it asks for
  # tokens. Nobody may have it in a frame, the site neither. An account has twenty of these policies:
  # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
  InboxHeadersPolicy:
    Type: AWS::CloudFront::ResponseHeadersPolicy
    Condition: HasCognito
    Properties:
      ResponseHeadersPolicyConfig:
        Name: !Join ['-', [inbox, !Select [2, !Split ['/', !Ref AWS::StackId]]]]
        SecurityHeadersConfig:
          StrictTransportSecurity: {AccessControlMaxAgeSec: 31536000, Override: true}
          ContentTypeOptions: {Override: true}
          FrameOptions: {FrameOption: DENY, Override: true}
          # The page's address may hold what the owner searched for.
          ReferrerPolicy: {ReferrerPolicy: same-origin, Override: true}
          ContentSecurityPolicy:
            Override: true
            ContentSecurityPolicy: !Sub
              - >-
                default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;
                connect-src 'self' https://brevlada-${Id}.auth.${AWS::Region}.amazoncognito.com;
                form-action 'none'; base-uri 'none'; frame-ancestors 'none'
              - Id: !Select [2, !Split ['/', !Ref AWS::StackId]]
        CustomHeadersConfig:
          Items:
            - Header: Permissions-Policy
              Value: >-
                accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(),
                gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()
              Override: true
            - {Header: Cross-Origin-Opener-Policy, Value: same-origin, Override: true}

  Certificate:
    Type: AWS::CertificateManager::Certificate
    Condition: MakesCertificate
    Properties:
      DomainName: !Ref DomainName
      SubjectAlternativeNames: !If [HasAlternateDomain, [!Ref AlternateDomainName], !Ref AWS::NoValue]
      ValidationMethod: DNS
      DomainValidationOptions:
        - {DomainName: !Ref DomainName, HostedZoneId: !Ref HostedZoneId}
        - !If
          - HasAlternateDomain
          - {DomainName: !Ref AlternateDomainName, HostedZoneId: !Ref HostedZoneId}
          - !Ref AWS::NoValue

  Distribution:
    Type: AWS::CloudFront::Distribution
    Condition: InCloudFront
    Properties:
      DistributionConfig:
        Comment: !Sub The site of ${AWS::StackName}
        Enabled: true
        HttpVersion: http2and3
        IPV6Enabled: true
        PriceClass: !Ref PriceClass
        DefaultRootObject: index.html
        Aliases: !If
          - HasDomain
          - - !Ref DomainName
            - !If [HasAlternateDomain, !Ref AlternateDomainName, !Ref AWS::NoValue]
          - !Ref AWS::NoValue
        ViewerCertificate: !If
          - HasDomain
          - AcmCertificateArn: !If [HasOwnCertificate, !Ref CertificateArn, !Ref Certificate]
            SslSupportMethod: sni-only
            MinimumProtocolVersion: TLSv1.2_2021
          # Its minimum is TLS 1, and can't be raised without an own name.
          - {CloudFrontDefaultCertificate: true}
        WebACLId: !If [WafIsOnSite, !GetAtt WebAcl.Arn, !If [HasSiteWebAcl, !Ref SiteWebAclArn, !Ref AWS::NoValue]]
        Logging: !If
          - LogsSiteVisits
          - {Bucket: !GetAtt LogBucket.RegionalDomainName, Prefix: cloudfront/, IncludeCookies: false}
          - !Ref AWS::NoValue
        Origins:
          - Id: site
            DomainName: !GetAtt SiteBucket.RegionalDomainName
            OriginAccessControlId: !GetAtt SiteAccessControl.Id
            # Required to be there and empty beside an origin access control.
            S3OriginConfig: {OriginAccessIdentity: ''}
          - Id: api
            DomainName: !Sub ${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}
            CustomOriginConfig:
              OriginProtocolPolicy: https-only
              OriginSSLProtocols: [TLSv1.2]
              OriginReadTimeout: 30
        DefaultCacheBehavior:
          TargetOriginId: site
          ViewerProtocolPolicy: redirect-to-https
          AllowedMethods: [GET, HEAD]
          CachedMethods: [GET, HEAD]
          Compress: true
          CachePolicyId: !FindInMap [ManagedPolicy, CachingOptimized, Id]
          ResponseHeadersPolicyId: !Ref SiteHeadersPolicy
          FunctionAssociations:
            - {EventType: viewer-request, FunctionARN: !GetAtt SiteRequestFunction.FunctionMetadata.FunctionARN}
        CacheBehaviors:
          # The API's stage is named api, so that the path is the same here and there. Same origin: no preflight, no CORS.
          - PathPattern: /api/*
            TargetOriginId: api
            # Not redirected: a browser would send a redirected POST again as a GET, without the message.
            ViewerProtocolPolicy: https-only
            AllowedMethods: [GET, HEAD, OPTIONS, PUT, PATCH, POST, DELETE]
            CachedMethods: [GET, HEAD]
            Compress: true
            CachePolicyId: !FindInMap [ManagedPolicy, CachingDisabled, Id]
            # The Host of the API is its own, or it would not know itself.
            OriginRequestPolicyId: !FindInMap [ManagedPolicy, AllViewerExceptHostHeader, Id]
            # The function's own headers go before these.
            ResponseHeadersPolicyId: !FindInMap [ManagedPolicy, SecurityHeaders, Id]
            FunctionAssociations:
              - {EventType: viewer-request, FunctionARN: !GetAtt ApiRequestFunction.FunctionMetadata.FunctionARN}
          # The site's files, but for the headers. Without a sign-in there is no such page, and the path is the site's.
          - !If
            - HasCognito
            - PathPattern: /inbox/*
              TargetOriginId: site
              ViewerProtocolPolicy: redirect-to-https
              AllowedMethods: [GET, HEAD]
              CachedMethods: [GET, HEAD]
              Compress: true
              CachePolicyId: !FindInMap [ManagedPolicy, CachingOptimized, Id]
              ResponseHeadersPolicyId: !Ref InboxHeadersPolicy
              FunctionAssociations:
                - {EventType: viewer-request, FunctionARN: !GetAtt SiteRequestFunction.FunctionMetadata.FunctionARN}
            - !Ref AWS::NoValue
        # For the whole distribution: an unknown form's 404 has this page as well, with the same status (decision 0011).
        CustomErrorResponses:
          - {ErrorCode: 404, ResponseCode: 404, ResponsePagePath: /404.html, ErrorCachingMinTTL: 10}

  SiteRecords:
    Type: AWS::Route53::RecordSetGroup
    Condition: HasHostedZone
    Properties:
      HostedZoneId: !Ref HostedZoneId
      Comment: The site, on IPv4 and IPv6
      RecordSets:
        - Name: !Ref DomainName
          Type: A
          # CloudFront's own zone, the same for all: https://docs.aws.amazon.com/general/latest/gr/cf_region.html
          AliasTarget: {DNSName: !GetAtt Distribution.DomainName, HostedZoneId: Z2FDTNDATAQYW2}
        - Name: !Ref DomainName
          Type: AAAA
          AliasTarget: {DNSName: !GetAtt Distribution.DomainName, HostedZoneId: Z2FDTNDATAQYW2}

  AlternateRecords:
    Type: AWS::Route53::RecordSetGroup
    Condition: HasAlternateRecords
    Properties:
      HostedZoneId: !Ref HostedZoneId
      Comment: The name that sends visitors on to the site, on IPv4 and IPv6
      RecordSets:
        - Name: !Ref AlternateDomainName
          Type: A
          AliasTarget: {DNSName: !GetAtt Distribution.DomainName, HostedZoneId: Z2FDTNDATAQYW2}
        - Name: !Ref AlternateDomainName
          Type: AAAA
          AliasTarget: {DNSName: !GetAtt Distribution.DomainName, HostedZoneId: Z2FDTNDATAQYW2}

  # ======================================================================================================= The API
  # Every route says its method: API Gateway refuses all others before a function is called. POST takes a message,
  # OPTIONS is the preflight, and GET is what a browser sends when somebody opens the form's address: 405, on a page.
  # The function answers all three, for it knows the origins, the forms and the languages (decision 0012).

  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Name: !Ref AWS::StackName
      Description: !Sub The forms of ${AWS::StackName}
      EndpointConfiguration: {Types: [REGIONAL]}
      # Every body arrives as the bytes that were sent. As text, API Gateway would mend broken UTF-8 by itself, and the
      # function could not tell.
      BinaryMediaTypes: ['*/*']

  ContactResource:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: contact}

  FormsResource:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: f}

  FormResource:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref Api, ParentId: !Ref FormsResource, PathPart: '{form}'}

  # The address of older pages, which send {name, email, msg}.
  AddContactInfoResource:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: AddContactInfo}

  ContactPost:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref ContactResource
      HttpMethod: POST
      AuthorizationType: NONE
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${AddContactInfo.Arn}/invocations
        TimeoutInMillis: 15000

  ContactOptions:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref ContactResource
      HttpMethod: OPTIONS
      AuthorizationType: NONE
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${AddContactInfo.Arn}/invocations
        TimeoutInMillis: 15000

  ContactGet:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref ContactResource
      HttpMethod: GET
      AuthorizationType: NONE
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${AddContactInfo.Arn}/invocations
        TimeoutInMillis: 15000

  FormPost:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref FormResource
      HttpMethod: POST
      AuthorizationType: NONE
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${AddContactInfo.Arn}/invocations
        TimeoutInMillis: 15000

  FormOptions:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref FormResource
      HttpMethod: OPTIONS
      AuthorizationType: NONE
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${AddContactInfo.Arn}/invocations
        TimeoutInMillis: 15000

  FormGet:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref FormResource
      HttpMethod: GET
      AuthorizationType: NONE
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${AddContactInfo.Arn}/invocations
        TimeoutInMillis: 15000

  AddContactInfoPost:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref AddContactInfoResource
      HttpMethod: POST
      AuthorizationType: NONE
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${AddContactInfo.Arn}/invocations
        TimeoutInMillis: 15000

  AddContactInfoOptions:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref AddContactInfoResource
      HttpMethod: OPTIONS
      AuthorizationType: NONE
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${AddContactInfo.Arn}/invocations
        TimeoutInMillis: 15000

  AddContactInfoGet:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref AddContactInfoResource
      HttpMethod: GET
      AuthorizationType: NONE
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${AddContactInfo.Arn}/invocations
        TimeoutInMillis: 15000

  # ------------------------------------------------------------------------------------ The owner's routes, if any
  # Never without an authorizer. No OPTIONS: the owner's page is on the same origin, and the command is no browser.

  OwnerAuthorizer:
    Type: AWS::ApiGateway::Authorizer
    Condition: HasCognito
    Properties:
      RestApiId: !Ref Api
      Name: owner
      Type: COGNITO_USER_POOLS
      IdentitySource: method.request.header.Authorization
      ProviderARNs: [!GetAtt OwnerPool.Arn]

  SubmissionsResource:
    Type: AWS::ApiGateway::Resource
    Condition: HasOwnerAccess
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: submissions}

  SubmissionResource:
    Type: AWS::ApiGateway::Resource
    Condition: HasOwnerAccess
    Properties: {RestApiId: !Ref Api, ParentId: !Ref SubmissionsResource, PathPart: '{id}'}

  SubmissionsCsvResource:
    Type: AWS::ApiGateway::Resource
    Condition: HasOwnerAccess
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: submissions.csv}

  SubmissionsJsonLinesResource:
    Type: AWS::ApiGateway::Resource
    Condition: HasOwnerAccess
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: submissions.jsonl}

  ErasureResource:
    Type: AWS::ApiGateway::Resource
    Condition: HasOwnerAccess
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: erasure}

  AuditResource:
    Type: AWS::ApiGateway::Resource
    Condition: HasOwnerAccess
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: audit}

  ResendFailedResource:
    Type: AWS::ApiGateway::Resource
    Condition: HasOwnerAccess
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: resend-failed}

  SubmissionsGet:
    Type: AWS::ApiGateway::Method
    Condition: HasOwnerAccess
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref SubmissionsResource
      HttpMethod: GET
      AuthorizationType: !If [HasCognito, COGNITO_USER_POOLS, AWS_IAM]
      AuthorizerId: !If [HasCognito, !Ref OwnerAuthorizer, !Ref AWS::NoValue]
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${ReadContactInfo.Arn}/invocations
        TimeoutInMillis: 29000

  SubmissionGet:
    Type: AWS::ApiGateway::Method
    Condition: HasOwnerAccess
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref SubmissionResource
      HttpMethod: GET
      AuthorizationType: !If [HasCognito, COGNITO_USER_POOLS, AWS_IAM]
      AuthorizerId: !If [HasCognito, !Ref OwnerAuthorizer, !Ref AWS::NoValue]
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${ReadContactInfo.Arn}/invocations
        TimeoutInMillis: 29000

  SubmissionPatch:
    Type: AWS::ApiGateway::Method
    Condition: HasOwnerAccess
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref SubmissionResource
      HttpMethod: PATCH
      AuthorizationType: !If [HasCognito, COGNITO_USER_POOLS, AWS_IAM]
      AuthorizerId: !If [HasCognito, !Ref OwnerAuthorizer, !Ref AWS::NoValue]
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${ReadContactInfo.Arn}/invocations
        TimeoutInMillis: 29000

  SubmissionDelete:
    Type: AWS::ApiGateway::Method
    Condition: HasOwnerAccess
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref SubmissionResource
      HttpMethod: DELETE
      AuthorizationType: !If [HasCognito, COGNITO_USER_POOLS, AWS_IAM]
      AuthorizerId: !If [HasCognito, !Ref OwnerAuthorizer, !Ref AWS::NoValue]
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${ReadContactInfo.Arn}/invocations
        TimeoutInMillis: 29000

  SubmissionsCsvGet:
    Type: AWS::ApiGateway::Method
    Condition: HasOwnerAccess
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref SubmissionsCsvResource
      HttpMethod: GET
      AuthorizationType: !If [HasCognito, COGNITO_USER_POOLS, AWS_IAM]
      AuthorizerId: !If [HasCognito, !Ref OwnerAuthorizer, !Ref AWS::NoValue]
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${ReadContactInfo.Arn}/invocations
        TimeoutInMillis: 29000

  SubmissionsJsonLinesGet:
    Type: AWS::ApiGateway::Method
    Condition: HasOwnerAccess
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref SubmissionsJsonLinesResource
      HttpMethod: GET
      AuthorizationType: !If [HasCognito, COGNITO_USER_POOLS, AWS_IAM]
      AuthorizerId: !If [HasCognito, !Ref OwnerAuthorizer, !Ref AWS::NoValue]
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${ReadContactInfo.Arn}/invocations
        TimeoutInMillis: 29000

  ErasurePost:
    Type: AWS::ApiGateway::Method
    Condition: HasOwnerAccess
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref ErasureResource
      HttpMethod: POST
      AuthorizationType: !If [HasCognito, COGNITO_USER_POOLS, AWS_IAM]
      AuthorizerId: !If [HasCognito, !Ref OwnerAuthorizer, !Ref AWS::NoValue]
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${ReadContactInfo.Arn}/invocations
        TimeoutInMillis: 29000

  AuditGet:
    Type: AWS::ApiGateway::Method
    Condition: HasOwnerAccess
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref AuditResource
      HttpMethod: GET
      AuthorizationType: !If [HasCognito, COGNITO_USER_POOLS, AWS_IAM]
      AuthorizerId: !If [HasCognito, !Ref OwnerAuthorizer, !Ref AWS::NoValue]
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${ReadContactInfo.Arn}/invocations
        TimeoutInMillis: 29000

  ResendFailedPost:
    Type: AWS::ApiGateway::Method
    Condition: HasOwnerAccess
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref ResendFailedResource
      HttpMethod: POST
      AuthorizationType: !If [HasCognito, COGNITO_USER_POOLS, AWS_IAM]
      AuthorizerId: !If [HasCognito, !Ref OwnerAuthorizer, !Ref AWS::NoValue]
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${ReadContactInfo.Arn}/invocations
        TimeoutInMillis: 29000

  # ------------------------------------------------------------------------------ What API Gateway answers by itself
  # In the shape of docs/contract.md, and readable from every origin: they say nothing about anybody, no credentials are
  # allowed with them, and without the header a throttled visitor of another site would see a network error.

  OtherClientErrors:
    Type: AWS::ApiGateway::GatewayResponse
    Properties:
      RestApiId: !Ref Api
      ResponseType: DEFAULT_4XX
      ResponseParameters:
        gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
        gatewayresponse.header.Cache-Control: "'no-store'"
        gatewayresponse.header.Content-Language: !If [IsSwedish, "'sv'", "'en'"]
      ResponseTemplates:
        application/json: !If
          - IsSwedish
          - >-
            {"ok":false,"success":false,"error":"Request refused","message":"Formul\u00e4ret gick inte att l\u00e4sa. Kopiera din text, ladda om sidan med formul\u00e4ret och skicka igen.","errors":[{"code":"MALFORMED","message":"Formul\u00e4ret gick inte att l\u00e4sa. Kopiera din text, ladda om sidan med formul\u00e4ret och skicka igen."}]}
          - >-
            {"ok":false,"success":false,"error":"Request refused","message":"The form could not be read. Copy your text, reload the page with the form and send again.","errors":[{"code":"MALFORMED","message":"The form could not be read. Copy your text, reload the page with the form and send again."}]}

  # A function that fails, is throttled or takes too long. Nothing was said to be stored, so sending again is right.
  OtherServerErrors:
    Type: AWS::ApiGateway::GatewayResponse
    Properties:
      RestApiId: !Ref Api
      ResponseType: DEFAULT_5XX
      StatusCode: '503'
      ResponseParameters:
        gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
        gatewayresponse.header.Cache-Control: "'no-store'"
        gatewayresponse.header.Content-Language: !If [IsSwedish, "'sv'", "'en'"]
        gatewayresponse.header.Retry-After: "'5'"
      ResponseTemplates:
        application/json: !If
          - IsSwedish
          - >-
            {"ok":false,"success":false,"error":"Store unavailable","message":"Ditt meddelande kunde inte sparas just nu. Skicka igen om en stund; din text finns kvar.","errors":[{"code":"UNAVAILABLE","message":"Ditt meddelande kunde inte sparas just nu. Skicka igen om en stund; din text finns kvar."}]}
          - >-
            {"ok":false,"success":false,"error":"Store unavailable","message":"Your message could not be saved just now. Send again in a moment; your text is still here.","errors":[{"code":"UNAVAILABLE","message":"Your message could not be saved just now. Send again in a moment; your text is still here."}]}

  TooManyRequests:
    Type: AWS::ApiGateway::GatewayResponse
    Properties:
      RestApiId: !Ref Api
      ResponseType: THROTTLED
      StatusCode: '429'
      ResponseParameters:
        gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
        gatewayresponse.header.Cache-Control: "'no-store'"
        gatewayresponse.header.Content-Language: !If [IsSwedish, "'sv'", "'en'"]
        gatewayresponse.header.Retry-After: "'5'"
      ResponseTemplates:
        application/json: !If
          - IsSwedish
          - >-
            {"ok":false,"success":false,"error":"Too many requests","message":"F\u00f6r m\u00e5nga meddelanden skickades p\u00e5 kort tid. V\u00e4nta n\u00e5gra sekunder och skicka igen; din text finns kvar.","errors":[{"code":"TOO_MANY_REQUESTS","message":"F\u00f6r m\u00e5nga meddelanden skickades p\u00e5 kort tid. V\u00e4nta n\u00e5gra sekunder och skicka igen; din text finns kvar."}]}
          - >-
            {"ok":false,"success":false,"error":"Too many requests","message":"Too many messages were sent in a short time. Wait a few seconds and send again; your text is still here.","errors":[{"code":"TOO_MANY_REQUESTS","message":"Too many messages were sent in a short time. Wait a few seconds and send again; your text is still here."}]}

  BodyTooLarge:
    Type: AWS::ApiGateway::GatewayResponse
    Properties:
      RestApiId: !Ref Api
      ResponseType: REQUEST_TOO_LARGE
      StatusCode: '413'
      ResponseParameters:
        gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
        gatewayresponse.header.Cache-Control: "'no-store'"
        gatewayresponse.header.Content-Language: !If [IsSwedish, "'sv'", "'en'"]
      ResponseTemplates:
        application/json: !If
          - IsSwedish
          - >-
            {"ok":false,"success":false,"error":"Body too large","message":"Meddelandet \u00e4r f\u00f6r l\u00e5ngt. Korta ner det och skicka igen.","errors":[{"code":"TOO_LONG","message":"Meddelandet \u00e4r f\u00f6r l\u00e5ngt. Korta ner det och skicka igen."}]}
          - >-
            {"ok":false,"success":false,"error":"Body too large","message":"The message is too long. Shorten it and send again.","errors":[{"code":"TOO_LONG","message":"The message is too long. Shorten it and send again."}]}

  # API Gateway's name for a path or a method that it does not have. Its own answer would be 403.
  NoSuchRoute:
    Type: AWS::ApiGateway::GatewayResponse
    Properties:
      RestApiId: !Ref Api
      ResponseType: MISSING_AUTHENTICATION_TOKEN
      StatusCode: '404'
      ResponseParameters:
        gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
        gatewayresponse.header.Cache-Control: "'no-store'"
        gatewayresponse.header.Content-Language: !If [IsSwedish, "'sv'", "'en'"]
      ResponseTemplates:
        application/json: !If
          - IsSwedish
          - >-
            {"ok":false,"success":false,"error":"Not found","message":"Formul\u00e4ret skickades till en webbadress som inte finns. Kontakta webbplatsens \u00e4gare p\u00e5 annat s\u00e4tt.","errors":[{"code":"FORM_NOT_FOUND","message":"Formul\u00e4ret skickades till en webbadress som inte finns. Kontakta webbplatsens \u00e4gare p\u00e5 annat s\u00e4tt."}]}
          - >-
            {"ok":false,"success":false,"error":"Not found","message":"The form was sent to a web address that does not exist. Contact the site\u2019s owner in another way.","errors":[{"code":"FORM_NOT_FOUND","message":"The form was sent to a web address that does not exist. Contact the site\u2019s owner in another way."}]}

  NotSignedIn:
    Type: AWS::ApiGateway::GatewayResponse
    Properties:
      RestApiId: !Ref Api
      ResponseType: UNAUTHORIZED
      StatusCode: '401'
      ResponseParameters:
        gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
        gatewayresponse.header.Cache-Control: "'no-store'"
        gatewayresponse.header.Content-Language: !If [IsSwedish, "'sv'", "'en'"]
      ResponseTemplates:
        application/json: !If
          - IsSwedish
          - >-
            {"ok":false,"success":false,"error":"Not signed in","message":"Logga in f\u00f6rst.","errors":[{"code":"UNAUTHORIZED","message":"Logga in f\u00f6rst."}]}
          - >-
            {"ok":false,"success":false,"error":"Not signed in","message":"Sign in first.","errors":[{"code":"UNAUTHORIZED","message":"Sign in first."}]}

  NotAllowed:
    Type: AWS::ApiGateway::GatewayResponse
    Properties:
      RestApiId: !Ref Api
      ResponseType: ACCESS_DENIED
      StatusCode: '403'
      ResponseParameters:
        gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
        gatewayresponse.header.Cache-Control: "'no-store'"
        gatewayresponse.header.Content-Language: !If [IsSwedish, "'sv'", "'en'"]
      ResponseTemplates:
        application/json: !If
          - IsSwedish
          - >-
            {"ok":false,"success":false,"error":"Not allowed","message":"Du f\u00e5r inte g\u00f6ra det h\u00e4r. Logga in som \u00e4gare och f\u00f6rs\u00f6k igen.","errors":[{"code":"FORBIDDEN","message":"Du f\u00e5r inte g\u00f6ra det h\u00e4r. Logga in som \u00e4gare och f\u00f6rs\u00f6k igen."}]}
          - >-
            {"ok":false,"success":false,"error":"Not allowed","message":"You may not do this. Sign in as the owner and try again.","errors":[{"code":"FORBIDDEN","message":"You may not do this. Sign in as the owner and try again."}]}

  StoppedByFirewall:
    Type: AWS::ApiGateway::GatewayResponse
    Properties:
      RestApiId: !Ref Api
      ResponseType: WAF_FILTERED
      StatusCode: '403'
      ResponseParameters:
        gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
        gatewayresponse.header.Cache-Control: "'no-store'"
        gatewayresponse.header.Content-Language: !If [IsSwedish, "'sv'", "'en'"]
      ResponseTemplates:
        application/json: !If
          - IsSwedish
          - >-
            {"ok":false,"success":false,"error":"Request refused","message":"Webbplatsens brandv\u00e4gg stoppade meddelandet. Prova fr\u00e5n en annan uppkoppling, eller kontakta webbplatsens \u00e4gare p\u00e5 annat s\u00e4tt.","errors":[{"code":"BLOCKED","message":"Webbplatsens brandv\u00e4gg stoppade meddelandet. Prova fr\u00e5n en annan uppkoppling, eller kontakta webbplatsens \u00e4gare p\u00e5 annat s\u00e4tt."}]}
          - >-
            {"ok":false,"success":false,"error":"Request refused","message":"The firewall of this site stopped the message. Try from another connection, or contact the site\u2019s owner in another way.","errors":[{"code":"BLOCKED","message":"The firewall of this site stopped the message. Try from another connection, or contact the site\u2019s owner in another way."}]}

  # ------------------------------------------------------------------------------------------- What is live of the API
  # A deployment is a picture of the routes and answers as they were when it was made; a changed method is not live until there is
  # a new one. So its name ends in a hash of everything it pictures, which "scripts/check-template --rename" keeps true, and each
  # choice of OwnerAccess and of Language has a deployment of its own, for these change the picture without changing this file.

  PublicDeployment9bb1994c:
    Type: AWS::ApiGateway::Deployment
    Condition: IsPublicInEnglish
    DependsOn:
      - ContactPost
      - ContactOptions
      - ContactGet
      - FormPost
      - FormOptions
      - FormGet
      - AddContactInfoPost
      - AddContactInfoOptions
      - AddContactInfoGet
      - OtherClientErrors
      - OtherServerErrors
      - TooManyRequests
      - BodyTooLarge
      - NoSuchRoute
      - NotSignedIn
      - NotAllowed
      - StoppedByFirewall
    Properties: {RestApiId: !Ref Api, Description: "The form's routes"}

  SwedishPublicDeployment9bb1994c:
    Type: AWS::ApiGateway::Deployment
    Condition: IsPublicInSwedish
    DependsOn:
      - ContactPost
      - ContactOptions
      - ContactGet
      - FormPost
      - FormOptions
      - FormGet
      - AddContactInfoPost
      - AddContactInfoOptions
      - AddContactInfoGet
      - OtherClientErrors
      - OtherServerErrors
      - TooManyRequests
      - BodyTooLarge
      - NoSuchRoute
      - NotSignedIn
      - NotAllowed
      - StoppedByFirewall
    Properties: {RestApiId: !Ref Api, Description: "The form's routes, in Swedish"}

  CognitoDeployment9bb1994c:
    Type: AWS::ApiGateway::Deployment
    Condition: IsCognitoInEnglish
    DependsOn:
      - ContactPost
      - ContactOptions
      - ContactGet
      - FormPost
      - FormOptions
      - FormGet
      - AddContactInfoPost
      - AddContactInfoOptions
      - AddContactInfoGet
      - OtherClientErrors
      - OtherServerErrors
      - TooManyRequests
      - BodyTooLarge
      - NoSuchRoute
      - NotSignedIn
      - NotAllowed
      - StoppedByFirewall
      - SubmissionsGet
      - SubmissionGet
      - SubmissionPatch
      - SubmissionDelete
      - SubmissionsCsvGet
      - SubmissionsJsonLinesGet
      - ErasurePost
      - AuditGet
      - ResendFailedPost
    Properties: {RestApiId: !Ref Api, Description: "The form's routes, and the owner's for who is signed in"}

  SwedishCognitoDeployment9bb1994c:
    Type: AWS::ApiGateway::Deployment
    Condition: IsCognitoInSwedish
    DependsOn:
      - ContactPost
      - ContactOptions
      - ContactGet
      - FormPost
      - FormOptions
      - FormGet
      - AddContactInfoPost
      - AddContactInfoOptions
      - AddContactInfoGet
      - OtherClientErrors
      - OtherServerErrors
      - TooManyRequests
      - BodyTooLarge
      - NoSuchRoute
      - NotSignedIn
      - NotAllowed
      - StoppedByFirewall
      - SubmissionsGet
      - SubmissionGet
      - SubmissionPatch
      - SubmissionDelete
      - SubmissionsCsvGet
      - SubmissionsJsonLinesGet
      - ErasurePost
      - AuditGet
      - ResendFailedPost
    Properties: {RestApiId: !Ref Api, Description: "The form's routes, and the owner's for who is signed in, in Swedish"}

  IamDeployment9bb1994c:
    Type: AWS::ApiGateway::Deployment
    Condition: IsIamInEnglish
    DependsOn:
      - ContactPost
      - ContactOptions
      - ContactGet
      - FormPost
      - FormOptions
      - FormGet
      - AddContactInfoPost
      - AddContactInfoOptions
      - AddContactInfoGet
      - OtherClientErrors
      - OtherServerErrors
      - TooManyRequests
      - BodyTooLarge
      - NoSuchRoute
      - NotSignedIn
      - NotAllowed
      - StoppedByFirewall
      - SubmissionsGet
      - SubmissionGet
      - SubmissionPatch
      - SubmissionDelete
      - SubmissionsCsvGet
      - SubmissionsJsonLinesGet
      - ErasurePost
      - AuditGet
      - ResendFailedPost
    Properties: {RestApiId: !Ref Api, Description: "The form's routes, and the owner's with AWS credentials"}

  SwedishIamDeployment9bb1994c:
    Type: AWS::ApiGateway::Deployment
    Condition: IsIamInSwedish
    DependsOn:
      - ContactPost
      - ContactOptions
      - ContactGet
      - FormPost
      - FormOptions
      - FormGet
      - AddContactInfoPost
      - AddContactInfoOptions
      - AddContactInfoGet
      - OtherClientErrors
      - OtherServerErrors
      - TooManyRequests
      - BodyTooLarge
      - NoSuchRoute
      - NotSignedIn
      - NotAllowed
      - StoppedByFirewall
      - SubmissionsGet
      - SubmissionGet
      - SubmissionPatch
      - SubmissionDelete
      - SubmissionsCsvGet
      - SubmissionsJsonLinesGet
      - ErasurePost
      - AuditGet
      - ResendFailedPost
    Properties: {RestApiId: !Ref Api, Description: "The form's routes, and the owner's with AWS credentials, in Swedish"}

  Stage:
    Type: AWS::ApiGateway::Stage
    # Logs need the account's role first. A condition can't stand in DependsOn; a reference in the metadata waits as well.
    Metadata: {WaitsFor: !If [MakesApiLoggingRole, !Ref ApiAccount, '']}
    Properties:
      RestApiId: !Ref Api
      StageName: api
      DeploymentId: !If
        - HasCognito
        - !If [IsSwedish, !Ref SwedishCognitoDeployment9bb1994c, !Ref CognitoDeployment9bb1994c]
        - !If
          - HasIamAccess
          - !If [IsSwedish, !Ref SwedishIamDeployment9bb1994c, !Ref IamDeployment9bb1994c]
          - !If [IsSwedish, !Ref SwedishPublicDeployment9bb1994c, !Ref PublicDeployment9bb1994c]
      TracingEnabled: !If [Traces, true, false]
      AccessLogSetting:
        DestinationArn: !GetAtt ApiLogs.Arn
        # No address, no browser, no user, no query and no real path: nothing that tells who it was.
        Format: >-
          {"requestId":"$context.requestId","time":"$context.requestTime","method":"$context.httpMethod",
          "route":"$context.resourcePath","status":"$context.status","latency":"$context.responseLatency",
          "integrationStatus":"$context.integrationStatus","integrationLatency":"$context.integrationLatency",
          "responseLength":"$context.responseLength","error":"$context.error.responseType",
          "waf":"$context.wafResponseCode"}
      MethodSettings:
        # Everything, then the routes that take messages. A method's settings replace these, all of them. ~1 is a slash:
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-apigateway-stage-methodsetting.html
        # No execution log: API Gateway makes its group itself, outside of the stack, kept for ever and without the own key.
        # https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
        # What failed is in the access log, by kind and status, and in the function's own.
        - ResourcePath: /*
          HttpMethod: '*'
          ThrottlingRateLimit: !Ref ApiRate
          ThrottlingBurstLimit: !Ref ApiBurst
          LoggingLevel: 'OFF'
          DataTraceEnabled: false
          MetricsEnabled: false
        - ResourcePath: /~1contact
          HttpMethod: POST
          ThrottlingRateLimit: !Ref FormRate
          ThrottlingBurstLimit: !Ref FormBurst
          LoggingLevel: 'OFF'
          DataTraceEnabled: false
          MetricsEnabled: false
        - ResourcePath: /~1f~1{form}
          HttpMethod: POST
          ThrottlingRateLimit: !Ref FormRate
          ThrottlingBurstLimit: !Ref FormBurst
          LoggingLevel: 'OFF'
          DataTraceEnabled: false
          MetricsEnabled: false
        - ResourcePath: /~1AddContactInfo
          HttpMethod: POST
          ThrottlingRateLimit: !Ref FormRate
          ThrottlingBurstLimit: !Ref FormBurst
          LoggingLevel: 'OFF'
          DataTraceEnabled: false
          MetricsEnabled: false

  ApiLogs:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: !Ref LogRetentionDays
      KmsKeyId: !If [HasOwnKey, !GetAtt DataKey.Arn, !Ref AWS::NoValue]

  # One for the account and the Region, not for the stack: other APIs use it when this stack is gone.
  ApiAccount:
    Type: AWS::ApiGateway::Account
    Condition: MakesApiLoggingRole
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties: {CloudWatchRoleArn: !GetAtt ApiLoggingRoleForAccount.Arn}

  ApiLoggingRoleForAccount:
    Type: AWS::IAM::Role
    Condition: MakesApiLoggingRole
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      Description: Lets API Gateway write the logs of this account's APIs
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: apigateway.amazonaws.com}
            # AWS documents no condition for this trust, and refuses a role that API Gateway can't assume.
            Action: sts:AssumeRole
      ManagedPolicyArns: [!Sub 'arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs']

  # ================================================================================================= The functions
  # A role each, in two policies. Code is what the program calls itself, action for action as the tests saw it call.
  # Platform is what Lambda does in the role's name before and after: logs, the stream, the failure queue, traces. The key lets them in
  # itself.

  AddContactInfo:
    Type: AWS::Lambda::Function
    Properties:
      Description: Takes a message from a visitor and stores it
      Runtime: provided.al2023
      Handler: bootstrap
      Architectures: [!Ref Architecture]
      Code: {S3Bucket: !Ref CodeBucket, S3Key: !Ref AddContactInfoKey}
      Role: !GetAtt AddContactInfoRole.Arn
      MemorySize: !Ref MemorySize
      # Under the integration's 15 seconds, so that the function's own answer is the one that arrives.
      Timeout: 10
      ReservedConcurrentExecutions: !If [ReservesAddContactInfo, !Ref AddContactInfoConcurrency, !Ref AWS::NoValue]
      LoggingConfig:
        LogFormat: JSON
        LogGroup: !Ref AddContactInfoLogs
        ApplicationLogLevel: !FindInMap [LambdaLogLevel, !Ref LogLevel, Passes]
      TracingConfig: {Mode: !If [Traces, Active, PassThrough]}
      KmsKeyArn: !If [HasOwnKey, !GetAtt DataKey.Arn, !Ref AWS::NoValue]
      Environment:
        Variables:
          TABLE_NAME: !Ref Table
          TABLE_SHARDS: !Sub '${TableShards}'
          BREVLADA_SITE_URL: !If
            - InCloudFront
            - !If [HasDomain, !Sub 'https://${DomainName}', !Sub 'https://${Distribution.DomainName}']
            - !GetAtt SiteBucket.WebsiteURL
          # With an own name the site is there under CloudFront's as well, and alone until the DNS is set.
          BREVLADA_ORIGINS: !If
            - HasDomain
            - !Join [',', [!Sub 'https://${Distribution.DomainName}', !Join [',', !Ref AllowedOrigins]]]
            - !Join [',', !Ref AllowedOrigins]
          BREVLADA_LANGUAGE: !Ref Language
          BREVLADA_FORMS: !Ref Forms
          BREVLADA_SPAM: !Ref Spam
          BREVLADA_LIMITS_BODY_KILOBYTES: !Sub '${BodyKilobytes}'
          BREVLADA_CHALLENGE_KIND: !Ref ChallengeKind
          BREVLADA_CHALLENGE_SECRET: !If
            - HasChallenge
            - !Sub '{{resolve:secretsmanager:${ChallengeSecretName}:SecretString:secret::${ChallengeSecretVersion}}}'
            - ''
          LOG_LEVEL: !Ref LogLevel

  AddContactInfoLogs:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: !Ref LogRetentionDays
      KmsKeyId: !If [HasOwnKey, !GetAtt DataKey.Arn, !Ref AWS::NoValue]

  AddContactInfoRole:
    Type: AWS::IAM::Role
    Properties:
      Description: What AddContactInfo may do
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: lambda.amazonaws.com}
            Action: sts:AssumeRole
            Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}
      Policies:
        # A repeat is found by the write's own condition, so that not even reading is needed. But for one: a retry after a lost
        # answer comes with the challenge's token used up, and whether its message is there must be looked up.
        - PolicyName: Code
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - {Sid: StoresMessages, Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Table.Arn}
              - !If
                - HasChallenge
                - {Sid: FindsRepeats, Effect: Allow, Action: dynamodb:GetItem, Resource: !GetAtt Table.Arn}
                - !Ref AWS::NoValue
        - PolicyName: Platform
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Sid: Logs
                Effect: Allow
                Action: [logs:CreateLogStream, logs:PutLogEvents]
                Resource: !GetAtt AddContactInfoLogs.Arn
              - !If
                - Traces
                # X-Ray has no resources to name: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
                - Sid: Traces
                  Effect: Allow
                  Action: [xray:PutTraceSegments, xray:PutTelemetryRecords]
                  Resource: '*'
                - !Ref AWS::NoValue

  ContactPostPermission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref AddContactInfo
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/api/POST/contact

  ContactOptionsPermission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref AddContactInfo
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/api/OPTIONS/contact

  ContactGetPermission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref AddContactInfo
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/api/GET/contact

  FormPostPermission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref AddContactInfo
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/api/POST/f/*

  FormOptionsPermission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref AddContactInfo
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/api/OPTIONS/f/*

  FormGetPermission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref AddContactInfo
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/api/GET/f/*

  AddContactInfoPostPermission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref AddContactInfo
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/api/POST/AddContactInfo

  AddContactInfoOptionsPermission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref AddContactInfo
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/api/OPTIONS/AddContactInfo

  AddContactInfoGetPermission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref AddContactInfo
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/api/GET/AddContactInfo

  SendContactInfoEmail:
    Type: AWS::Lambda::Function
    Properties:
      Description: Mails each stored message to the owner, and what is overdue
      Runtime: provided.al2023
      Handler: bootstrap
      Architectures: [!Ref Architecture]
      Code: {S3Bucket: !Ref CodeBucket, S3Key: !Ref SendContactInfoEmailKey}
      Role: !GetAtt SendContactInfoEmailRole.Arn
      MemorySize: !Ref MemorySize
      # A hundred mails, one after the other, at a slow moment of SES.
      Timeout: 120
      ReservedConcurrentExecutions: !If [ReservesSendContactInfoEmail, !Ref SendContactInfoEmailConcurrency, !Ref AWS::NoValue]
      LoggingConfig:
        LogFormat: JSON
        LogGroup: !Ref SendContactInfoEmailLogs
        ApplicationLogLevel: !FindInMap [LambdaLogLevel, !Ref LogLevel, Passes]
      TracingConfig: {Mode: !If [Traces, Active, PassThrough]}
      KmsKeyArn: !If [HasOwnKey, !GetAtt DataKey.Arn, !Ref AWS::NoValue]
      Environment:
        Variables:
          TABLE_NAME: !Ref Table
          TABLE_SHARDS: !Sub '${TableShards}'
          BREVLADA_MAIL_FROM: !If [HasMailName, !Sub '"${MailFromName}" <${MailFromAddress}>', !Ref MailFromAddress]
          BREVLADA_MAIL_TO: !Join [',', !Ref MailTo]
          BREVLADA_MAIL_DIGEST_BATCH: !Sub '${DigestBatch}'
          BREVLADA_MAIL_DIGEST_PER_HOUR: !Sub '${DigestPerHour}'
          BREVLADA_MAIL_GIVE_UP_AFTER_DAYS: !Sub '${GiveUpAfterDays}'
          BREVLADA_MAIL_REMINDER_DAYS: !Sub '${ReminderDays}'
          BREVLADA_LANGUAGE: !Ref Language
          BREVLADA_FORMS: !Ref Forms
          BREVLADA_ALERTS_WEBHOOK: !If
            - HasAlertWebhook
            - !Sub '{{resolve:secretsmanager:${AlertWebhookSecretName}:SecretString:url::${AlertWebhookSecretVersion}}}'
            - ''
          BREVLADA_ALERTS_SECRET: !If
            - HasAlertWebhook
            - !Sub '{{resolve:secretsmanager:${AlertWebhookSecretName}:SecretString:secret::${AlertWebhookSecretVersion}}}'
            - ''
          SES_CONFIGURATION_SET: !Ref MailConfiguration
          LOG_LEVEL: !Ref LogLevel

  SendContactInfoEmailLogs:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: !Ref LogRetentionDays
      KmsKeyId: !If [HasOwnKey, !GetAtt DataKey.Arn, !Ref AWS::NoValue]

  SendContactInfoEmailRole:
    Type: AWS::IAM::Role
    Properties:
      Description: What SendContactInfoEmail may do
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: lambda.amazonaws.com}
            Action: sts:AssumeRole
            Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}
      Policies:
        - PolicyName: Code
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Sid: ReadsMessagesAndMarksThem
                Effect: Allow
                Action: [dynamodb:GetItem, dynamodb:UpdateItem]
                Resource: !GetAtt Table.Arn
              - {Sid: FindsWhatWaits, Effect: Allow, Action: dynamodb:Query, Resource: !Sub '${Table.Arn}/index/waiting'}
              # The operation is SendEmail; a finished mail, as ours is, is checked as SendRawEmail. Both identity and
              # configuration set are asked for: https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
              - Sid: SendsToTheOwnerOnly
                Effect: Allow
                Action: [ses:SendEmail, ses:SendRawEmail]
                Resource:
                  # In the sandbox SES asks for the recipients' identities too, which only the owner knows. The conditions
                  # say who may be written to, and as whom; a domain is the same in capitals.
                  - !Sub arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*
                  - !Sub arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${MailConfiguration}
                Condition:
                  StringEqualsIgnoreCase: {ses:FromAddress: !Ref MailFromAddress}
                  ForAllValues:StringEqualsIgnoreCase:
                    ses:Recipients: !Split [',', !Join [',', [!Join [',', !Ref MailTo], !Join [',', !Ref FormRecipients]]]]
        - PolicyName: Platform
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Sid: Logs
                Effect: Allow
                Action: [logs:CreateLogStream, logs:PutLogEvents]
                Resource: !GetAtt SendContactInfoEmailLogs.Arn
              - Sid: Stream
                Effect: Allow
                Action: [dynamodb:DescribeStream, dynamodb:GetRecords, dynamodb:GetShardIterator]
                Resource: !GetAtt Table.StreamArn
              # It has no resource to name.
              - {Sid: Streams, Effect: Allow, Action: dynamodb:ListStreams, Resource: '*'}
              - {Sid: FailureQueue, Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt FailureQueue.Arn}
              - !If
                - Traces
                - Sid: Traces
                  Effect: Allow
                  Action: [xray:PutTraceSegments, xray:PutTelemetryRecords]
                  Resource: '*'
                - !Ref AWS::NoValue

  # The owner's API, when its zip is there.
  ReadContactInfo:
    Type: AWS::Lambda::Function
    Condition: HasOwnerAccess
    Properties:
      Description: Shows, exports and erases messages for the owner
      Runtime: provided.al2023
      Handler: bootstrap
      Architectures: [!Ref Architecture]
      Code: {S3Bucket: !Ref CodeBucket, S3Key: !Ref ReadContactInfoKey}
      Role: !GetAtt ReadContactInfoRole.Arn
      MemorySize: !Ref MemorySize
      # Exports take their time. Under the integration's 29 seconds.
      Timeout: 25
      LoggingConfig:
        LogFormat: JSON
        LogGroup: !Ref ReadContactInfoLogs
        ApplicationLogLevel: !FindInMap [LambdaLogLevel, !Ref LogLevel, Passes]
      TracingConfig: {Mode: !If [Traces, Active, PassThrough]}
      KmsKeyArn: !If [HasOwnKey, !GetAtt DataKey.Arn, !Ref AWS::NoValue]
      Environment:
        Variables:
          TABLE_NAME: !Ref Table
          TABLE_SHARDS: !Sub '${TableShards}'
          BREVLADA_LANGUAGE: !Ref Language
          BREVLADA_FORMS: !Ref Forms
          LOG_LEVEL: !Ref LogLevel

  ReadContactInfoLogs:
    Type: AWS::Logs::LogGroup
    Condition: HasOwnerAccess
    Properties:
      RetentionInDays: !Ref LogRetentionDays
      KmsKeyId: !If [HasOwnKey, !GetAtt DataKey.Arn, !Ref AWS::NoValue]

  ReadContactInfoRole:
    Type: AWS::IAM::Role
    Condition: HasOwnerAccess
    Properties:
      Description: What ReadContactInfo may do
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: lambda.amazonaws.com}
            Action: sts:AssumeRole
            Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}
      Policies:
        - PolicyName: Code
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Sid: ReadsMarksAndErasesMessages
                Effect: Allow
                Action: [dynamodb:GetItem, dynamodb:Query, dynamodb:UpdateItem, dynamodb:DeleteItem]
                Resource: !GetAtt Table.Arn
        - PolicyName: Platform
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Sid: Logs
                Effect: Allow
                Action: [logs:CreateLogStream, logs:PutLogEvents]
                Resource: !GetAtt ReadContactInfoLogs.Arn
              - !If
                - Traces
                - Sid: Traces
                  Effect: Allow
                  Action: [xray:PutTraceSegments, xray:PutTelemetryRecords]
                  Resource: '*'
                - !Ref AWS::NoValue

  SubmissionsGetPermission:
    Type: AWS::Lambda::Permission
    Condition: HasOwnerAccess
    Properties:
      FunctionName: !Ref ReadContactInfo
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/api/GET/submissions

  SubmissionGetPermission:
    Type: AWS::Lambda::Permission
    Condition: HasOwnerAccess
    Properties:
      FunctionName: !Ref ReadContactInfo
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/api/GET/submissions/*

  SubmissionPatchPermission:
    Type: AWS::Lambda::Permission
    Condition: HasOwnerAccess
    Properties:
      FunctionName: !Ref ReadContactInfo
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/api/PATCH/submissions/*

  SubmissionDeletePermission:
    Type: AWS::Lambda::Permission
    Condition: HasOwnerAccess
    Properties:
      FunctionName: !Ref ReadContactInfo
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/api/DELETE/submissions/*

  SubmissionsCsvGetPermission:
    Type: AWS::Lambda::Permission
    Condition: HasOwnerAccess
    Properties:
      FunctionName: !Ref ReadContactInfo
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/api/GET/submissions.csv

  SubmissionsJsonLinesGetPermission:
    Type: AWS::Lambda::Permission
    Condition: HasOwnerAccess
    Properties:
      FunctionName: !Ref ReadContactInfo
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/api/GET/submissions.jsonl

  ErasurePostPermission:
    Type: AWS::Lambda::Permission
    Condition: HasOwnerAccess
    Properties:
      FunctionName: !Ref ReadContactInfo
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/api/POST/erasure

  AuditGetPermission:
    Type: AWS::Lambda::Permission
    Condition: HasOwnerAccess
    Properties:
      FunctionName: !Ref ReadContactInfo
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/api/GET/audit

  ResendFailedPostPermission:
    Type: AWS::Lambda::Permission
    Condition: HasOwnerAccess
    Properties:
      FunctionName: !Ref ReadContactInfo
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/api/POST/resend-failed

  # ====================================================================================================== The data

  # A global table with one replica is an ordinary table; more Regions are added without replacing it. Made as
  # AWS::DynamoDB::Table, it could never become one.
  Table:
    Type: AWS::DynamoDB::GlobalTable
    # Kept whatever happens to the stack. RetainExceptOnCreate would delete it when the first creation fails, which
    # deletion protection refuses, and the rollback would be stuck; this leaves an empty table behind.
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - {AttributeName: pk, AttributeType: S}
        - {AttributeName: sk, AttributeType: S}
        - {AttributeName: waiting, AttributeType: S}
      # pk is the form and a shard, sk the submission's id, which sorts by time.
      KeySchema:
        - {AttributeName: pk, KeyType: HASH}
        - {AttributeName: sk, KeyType: RANGE}
      # Only what waits has the attribute: mail that is to be sent, what is held, and what was given up. The sweep reads this
      # and nothing else.
      # Its partitions are the table's own and get half their writes, so that it never holds writes back (decision 0024).
      GlobalSecondaryIndexes:
        - IndexName: waiting
          KeySchema:
            - {AttributeName: pk, KeyType: HASH}
            - {AttributeName: waiting, KeyType: RANGE}
          Projection: {ProjectionType: INCLUDE, NonKeyAttributes: [attempts, region]}
          WarmThroughput: !If [IsWarmed, {WriteUnitsPerSecond: !Ref WarmWriteUnits}, !Ref AWS::NoValue]
      # The new image is what the filter below looks at; replicas need both.
      StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
      TimeToLiveSpecification: {AttributeName: expiresAt, Enabled: true}
      # Encrypted either way: false is by a key that DynamoDB owns, for nothing; the key that AWS manages in KMS would be charged
      # by use. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
      SSESpecification: !If [HasOwnKey, {SSEEnabled: true, SSEType: KMS}, {SSEEnabled: false}]
      WarmThroughput: !If [IsWarmed, {WriteUnitsPerSecond: !Ref WarmWriteUnits}, !Ref AWS::NoValue]
      Replicas:
        - Region: !Ref AWS::Region
          DeletionProtectionEnabled: !If [IsProtected, true, false]
          PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
          SSESpecification: !If [HasOwnKey, {KMSMasterKeyId: !GetAtt DataKey.Arn}, !Ref AWS::NoValue]
        - !If
          - HasReplica
          - Region: !Ref ReplicaRegion
            DeletionProtectionEnabled: !If [IsProtected, true, false]
            PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
            SSESpecification: !If [HasOwnKey, {KMSMasterKeyId: !Ref ReplicaKeyArn}, !Ref AWS::NoValue]
          - !Ref AWS::NoValue
        - !If
          - HasSecondReplica
          - Region: !Ref SecondReplicaRegion
            DeletionProtectionEnabled: !If [IsProtected, true, false]
            PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
            SSESpecification: !If [HasOwnKey, {KMSMasterKeyId: !Ref SecondReplicaKeyArn}, !Ref AWS::NoValue]
          - !Ref AWS::NoValue

  Stream:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref SendContactInfoEmail
      EventSourceArn: !GetAtt Table.StreamArn
      # LATEST would pass over what was stored before the mapping was live.
      StartingPosition: TRIM_HORIZON
      BatchSize: !Ref StreamBatchSize
      # A flood shares mails, so a little patience saves many of them.
      MaximumBatchingWindowInSeconds: !Ref StreamBatchWindow
      ParallelizationFactor: !Ref StreamParallelism
      # A record that can't be mailed is named, retried alone, and after that left to the sweep: it never holds up others.
      # Without these it would block its shard for a day.
      FunctionResponseTypes: [ReportBatchItemFailures]
      BisectBatchOnFunctionError: true
      MaximumRetryAttempts: 5
      MaximumRecordAgeInSeconds: 21600
      DestinationConfig: {OnFailure: {Destination: !GetAtt FailureQueue.Arn}}
      # New messages of this Region, and those that the owner released or asked for once more: not other changes, and not what
      # other Regions mail themselves. And what is removed, which must have been the owner or retention.
      FilterCriteria:
        Filters:
          - Pattern: !Sub '{"eventName":["INSERT"],"dynamodb":{"NewImage":{"kind":{"S":["submission"]},"region":{"S":["${AWS::Region}"]}}}}'
          - Pattern: !Sub >-
              {"eventName":["MODIFY"],"dynamodb":{"NewImage":{"kind":{"S":["submission"]},"region":{"S":["${AWS::Region}"]},"status":{"S":["received"]}},"OldImage":{"status":{"S":["held","failed","bounced","notified"]}}}}
          - Pattern: '{"eventName":["REMOVE"],"dynamodb":{"OldImage":{"kind":{"S":["submission"]}}}}'

  # Says which records were given up, not what they held. The sweep mails them from the table.
  FailureQueue:
    Type: AWS::SQS::Queue
    Properties:
      MessageRetentionPeriod: 1209600
      # Off beside an own key, not left out: on a queue that is there SQS's own would stay on, and it takes one of the two.
      SqsManagedSseEnabled: !If [HasOwnKey, false, true]
      KmsMasterKeyId: !If [HasOwnKey, !GetAtt DataKey.Arn, !Ref AWS::NoValue]

  FailureQueuePolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref FailureQueue]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Sid: NothingWithoutTls
            Effect: Deny
            Principal: '*'
            Action: sqs:*
            Resource: !GetAtt FailureQueue.Arn
            Condition: {Bool: {aws:SecureTransport: 'false'}}

  # Mails what was stored and not mailed, whatever the reason: SES down, a failed batch, a flood whose mails wait their turn.
  Sweep:
    Type: AWS::Events::Rule
    Properties:
      Description: Has SendContactInfoEmail look for messages whose mail is overdue
      ScheduleExpression: rate(5 minutes)
      Targets:
        - Id: SendContactInfoEmail
          Arn: !GetAtt SendContactInfoEmail.Arn
          Input: '{"source":"brevlada.sweep"}'
          # The next one comes soon enough.
          RetryPolicy: {MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 240}

  SweepPermission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref SendContactInfoEmail
      Action: lambda:InvokeFunction
      Principal: events.amazonaws.com
      SourceArn: !GetAtt Sweep.Arn

  # For news of returned mail, which may come before its mail is marked as sent: tried again after one and after two minutes.
  # It holds for the sweep too, so nothing waits for longer than the next sweep is away: two at once would mail twice. What
  # fails three times is not kept anywhere: it quotes the header of a mail, and the alarm has told of it.
  SweepRetries:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: !Ref SendContactInfoEmail
      Qualifier: $LATEST
      MaximumRetryAttempts: 2
      MaximumEventAgeInSeconds: 240

  # ====================================================================================================== The mail

  Identity:
    Type: AWS::SES::EmailIdentity
    Condition: MakesIdentity
    # Others may send from it too; and verifying it again takes a person.
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties:
      EmailIdentity: !If [MailsFromDomain, !Select [1, !Split ['@', !Ref MailFromAddress]], !Ref MailFromAddress]
      DkimAttributes: !If [MailsFromDomain, {SigningEnabled: true}, !Ref AWS::NoValue]
      DkimSigningAttributes: !If [MailsFromDomain, {NextSigningKeyLength: RSA_2048_BIT}, !Ref AWS::NoValue]

  IdentityRecords:
    Type: AWS::Route53::RecordSetGroup
    Condition: HasMailZone
    # As the identity: without them SES takes its domain for unverified, and stops sending for everybody.
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties:
      HostedZoneId: !Ref MailHostedZoneId
      Comment: Show that mail from this domain is signed by SES
      RecordSets:
        - {Name: !GetAtt Identity.DkimDNSTokenName1, Type: CNAME, TTL: '1800', ResourceRecords: [!GetAtt Identity.DkimDNSTokenValue1]}
        - {Name: !GetAtt Identity.DkimDNSTokenName2, Type: CNAME, TTL: '1800', ResourceRecords: [!GetAtt Identity.DkimDNSTokenValue2]}
        - {Name: !GetAtt Identity.DkimDNSTokenName3, Type: CNAME, TTL: '1800', ResourceRecords: [!GetAtt Identity.DkimDNSTokenValue3]}

  MailConfiguration:
    Type: AWS::SES::ConfigurationSet
    Properties:
      SendingOptions: {SendingEnabled: true}
      ReputationOptions: {ReputationMetricsEnabled: true}
      DeliveryOptions: {TlsPolicy: REQUIRE}
      # These mails go to the owner and nobody else. On the account's list an address that bounced once, or called one mail
      # spam, stays until a person takes it off, and SES answers 200 to mails that it then never sends:
      # https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html
      # The empty list overrides that one; without a list of our own it would count. SES's list for all of its customers takes its
      # place, for days and not for good, and what that one stops is a bounce, of which MailEvents tells:
      # https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list-config-level.html
      SuppressionOptions: {SuppressedReasons: []}

  MailEvents:
    Type: AWS::SES::ConfigurationSetEventDestination
    DependsOn: MailEventTopicPolicy
    Properties:
      ConfigurationSetName: !Ref MailConfiguration
      EventDestination:
        Name: bounces-and-complaints
        Enabled: true
        MatchingEventTypes: [bounce, complaint, reject, renderingFailure]
        SnsDestination: {TopicARN: !Ref MailEventTopic}

  # The function marks the submissions whose mail was returned, and counts for the alarm. Nobody gets them by mail: that is what
  # just failed.
  MailEventTopic:
    Type: AWS::SNS::Topic
    Properties:
      KmsMasterKeyId: !If [HasOwnKey, !GetAtt DataKey.Arn, !Ref AWS::NoValue]
      Subscription: [{Protocol: lambda, Endpoint: !GetAtt SendContactInfoEmail.Arn}]

  MailEventPermission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref SendContactInfoEmail
      Action: lambda:InvokeFunction
      Principal: sns.amazonaws.com
      SourceArn: !Ref MailEventTopic

  MailEventTopicPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref MailEventTopic]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Sid: OurMailsEvents
            Effect: Allow
            Principal: {Service: ses.amazonaws.com}
            Action: sns:Publish
            Resource: !Ref MailEventTopic
            Condition:
              StringEquals:
                aws:SourceAccount: !Ref AWS::AccountId
                aws:SourceArn: !Sub arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${MailConfiguration}

  # ======================================================================================== The owner's sign-in

  OwnerPool:
    Type: AWS::Cognito::UserPool
    Condition: HasCognito
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      UserPoolName: !Sub ${AWS::StackName} owners
      DeletionProtection: ACTIVE
      # Nobody signs up: an owner invites the others.
      AdminCreateUserConfig: {AllowAdminCreateUserOnly: true}
      UsernameAttributes: [email]
      AutoVerifiedAttributes: [email]
      UserAttributeUpdateSettings: {AttributesRequireVerificationBeforeUpdate: [email]}
      MfaConfiguration: !Ref OwnerMfa
      EnabledMfas: [SOFTWARE_TOKEN_MFA]
      AccountRecoverySetting: {RecoveryMechanisms: [{Name: verified_email, Priority: 1}]}
      Policies:
        PasswordPolicy:
          MinimumLength: 14
          RequireLowercase: false
          RequireNumbers: false
          RequireSymbols: false
          RequireUppercase: false
          TemporaryPasswordValidityDays: 3

  OwnerPoolDomain:
    Type: AWS::Cognito::UserPoolDomain
    Condition: HasCognito
    Properties:
      UserPoolId: !Ref OwnerPool
      # Unique among all of AWS, so the stack's id is in it. The policy of the owner's page names it too.
      Domain: !Join ['-', [brevlada, !Select [2, !Split ['/', !Ref AWS::StackId]]]]

  OwnerPoolClient:
    Type: AWS::Cognito::UserPoolClient
    Condition: HasCognito
    Properties:
      UserPoolId: !Ref OwnerPool
      ClientName: inbox
      # A page keeps no secret; PKCE takes its place (RFC 7636), with the code flow and no other.
      GenerateSecret: false
      AllowedOAuthFlowsUserPoolClient: true
      AllowedOAuthFlows: [code]
      AllowedOAuthScopes: [openid, email]
      SupportedIdentityProviders: [COGNITO]
      CallbackURLs:
        - !If [HasDomain, !Sub 'https://${DomainName}/inbox/', !Sub 'https://${Distribution.DomainName}/inbox/']
      LogoutURLs:
        - !If [HasDomain, !Sub 'https://${DomainName}/inbox/', !Sub 'https://${Distribution.DomainName}/inbox/']
      ExplicitAuthFlows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH]
      PreventUserExistenceErrors: ENABLED
      EnableTokenRevocation: true
      TokenValidityUnits: {AccessToken: minutes, IdToken: minutes, RefreshToken: days}
      AccessTokenValidity: 60
      IdTokenValidity: 60
      RefreshTokenValidity: 30

  # Cognito mails a password that must be changed at once. The account is the person's from then on, with password and second
  # factor: another OwnerEmail makes another account and leaves this one, and so does switching off.
  FirstOwner:
    Type: AWS::Cognito::UserPoolUser
    Condition: HasCognito
    # An update that is rolled back takes the account that it made with it, or the next one would find the name taken.
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties:
      UserPoolId: !Ref OwnerPool
      Username: !Ref OwnerEmail
      DesiredDeliveryMediums: [EMAIL]
      UserAttributes:
        - {Name: email, Value: !Ref OwnerEmail}
        - {Name: email_verified, Value: 'true'}

  # ================================================================================================ The firewall
  # On the distribution in us-east-1, where its scope must be; on the API's stage elsewhere, and without a distribution.
  # Rules that look at bodies only count: people write about <script> and "select all" in messages, and a message that is
  # refused here can't be held for the owner to see. The function takes care of bodies. So does the rule about a missing
  # User-Agent: scripts and servers that post for people often send none.

  WebAcl:
    Type: AWS::WAFv2::WebACL
    Condition: HasWaf
    Properties:
      Description: !Sub Guards ${AWS::StackName}
      Scope: !If [WafIsOnSite, CLOUDFRONT, REGIONAL]
      DefaultAction: {Allow: {}}
      VisibilityConfig: {SampledRequestsEnabled: false, CloudWatchMetricsEnabled: true, MetricName: web-acl}
      # In the shape of docs/contract.md, as the API's own answers. What AWS's groups refuse can't be given words.
      CustomResponseBodies:
        body-too-large:
          ContentType: APPLICATION_JSON
          Content: !If
            - IsSwedish
            - >-
              {"ok":false,"success":false,"error":"Body too large","message":"Meddelandet \u00e4r f\u00f6r l\u00e5ngt. Korta ner det och skicka igen.","errors":[{"code":"TOO_LONG","message":"Meddelandet \u00e4r f\u00f6r l\u00e5ngt. Korta ner det och skicka igen."}]}
            - >-
              {"ok":false,"success":false,"error":"Body too large","message":"The message is too long. Shorten it and send again.","errors":[{"code":"TOO_LONG","message":"The message is too long. Shorten it and send again."}]}
        too-many-posts:
          ContentType: APPLICATION_JSON
          Content: !If
            - IsSwedish
            - >-
              {"ok":false,"success":false,"error":"Too many requests","message":"F\u00f6r m\u00e5nga meddelanden skickades p\u00e5 kort tid. V\u00e4nta en minut och skicka igen; din text finns kvar.","errors":[{"code":"TOO_MANY_REQUESTS","message":"F\u00f6r m\u00e5nga meddelanden skickades p\u00e5 kort tid. V\u00e4nta en minut och skicka igen; din text finns kvar."}]}
            - >-
              {"ok":false,"success":false,"error":"Too many requests","message":"Too many messages were sent in a short time. Wait a minute and send again; your text is still here.","errors":[{"code":"TOO_MANY_REQUESTS","message":"Too many messages were sent in a short time. Wait a minute and send again; your text is still here."}]}
      Rules:
        # What BodyKilobytes may be at most, 262,144 by the digits of the header: the firewall can't calculate, and sees a body's
        # beginning only.
        - Name: body-too-large
          Priority: 0
          Action:
            Block:
              CustomResponse:
                ResponseCode: 413
                CustomResponseBodyKey: body-too-large
                ResponseHeaders:
                  - {Name: Access-Control-Allow-Origin, Value: '*'}
                  - {Name: Cache-Control, Value: no-store}
                  - {Name: Content-Language, Value: !If [IsSwedish, sv, en]}
          Statement:
            RegexMatchStatement:
              FieldToMatch: {SingleHeader: {Name: content-length}}
              RegexString: ^0*(26214[5-9]|2621[5-9][0-9]|262[2-9][0-9]{2}|26[3-9][0-9]{3}|2[7-9][0-9]{4}|[3-9][0-9]{5}|[1-9][0-9]{6,})$
              TextTransformations: [{Priority: 0, Type: NONE}]
          VisibilityConfig: {SampledRequestsEnabled: false, CloudWatchMetricsEnabled: true, MetricName: body-too-large}
        - Name: too-many-posts
          Priority: 1
          Action:
            Block:
              CustomResponse:
                ResponseCode: 429
                CustomResponseBodyKey: too-many-posts
                ResponseHeaders:
                  - {Name: Access-Control-Allow-Origin, Value: '*'}
                  - {Name: Cache-Control, Value: no-store}
                  - {Name: Content-Language, Value: !If [IsSwedish, sv, en]}
                  # Counted over five minutes, looked at every few seconds.
                  - {Name: Retry-After, Value: '60'}
          Statement:
            RateBasedStatement:
              Limit: !Ref WafRate
              EvaluationWindowSec: 300
              # Behind the distribution the API sees CloudFront's address; the visitor's is in the header that
              # ApiRequestFunction sets. Without it, past CloudFront, the rule does not apply.
              AggregateKeyType: !If [InS3Website, IP, !If [WafIsOnSite, IP, FORWARDED_IP]]
              ForwardedIPConfig: !If
                - InS3Website
                - !Ref AWS::NoValue
                - !If [WafIsOnSite, !Ref AWS::NoValue, {HeaderName: x-visitor, FallbackBehavior: MATCH}]
              ScopeDownStatement:
                ByteMatchStatement:
                  FieldToMatch: {Method: {}}
                  PositionalConstraint: EXACTLY
                  SearchString: POST
                  TextTransformations: [{Priority: 0, Type: NONE}]
          VisibilityConfig: {SampledRequestsEnabled: false, CloudWatchMetricsEnabled: true, MetricName: too-many-posts}
        - Name: known-bad-addresses
          Priority: 2
          OverrideAction: {None: {}}
          Statement: {ManagedRuleGroupStatement: {VendorName: AWS, Name: AWSManagedRulesAmazonIpReputationList}}
          VisibilityConfig: {SampledRequestsEnabled: false, CloudWatchMetricsEnabled: true, MetricName: known-bad-addresses}
        - Name: common-attacks
          Priority: 3
          OverrideAction: {None: {}}
          Statement:
            ManagedRuleGroupStatement:
              VendorName: AWS
              Name: AWSManagedRulesCommonRuleSet
              RuleActionOverrides:
                - {Name: NoUserAgent_HEADER, ActionToUse: {Count: {}}}
                - {Name: SizeRestrictions_BODY, ActionToUse: {Count: {}}}
                - {Name: CrossSiteScripting_BODY, ActionToUse: {Count: {}}}
                - {Name: GenericLFI_BODY, ActionToUse: {Count: {}}}
                - {Name: GenericRFI_BODY, ActionToUse: {Count: {}}}
                - {Name: EC2MetaDataSSRF_BODY, ActionToUse: {Count: {}}}
          VisibilityConfig: {SampledRequestsEnabled: false, CloudWatchMetricsEnabled: true, MetricName: common-attacks}
        - Name: known-bad-inputs
          Priority: 4
          OverrideAction: {None: {}}
          Statement:
            ManagedRuleGroupStatement:
              VendorName: AWS
              Name: AWSManagedRulesKnownBadInputsRuleSet
              RuleActionOverrides:
                - {Name: JavaDeserializationRCE_BODY, ActionToUse: {Count: {}}}
                - {Name: Log4JRCE_BODY, ActionToUse: {Count: {}}}
                - {Name: ReactJSRCE_BODY, ActionToUse: {Count: {}}}
          VisibilityConfig: {SampledRequestsEnabled: false, CloudWatchMetricsEnabled: true, MetricName: known-bad-inputs}
        - Name: sql-injection
          Priority: 5
          OverrideAction: {None: {}}
          Statement:
            ManagedRuleGroupStatement:
              VendorName: AWS
              Name: AWSManagedRulesSQLiRuleSet
              RuleActionOverrides:
                - {Name: SQLi_BODY, ActionToUse: {Count: {}}}
                - {Name: SQLiExtendedPatterns_BODY, ActionToUse: {Count: {}}}
          VisibilityConfig: {SampledRequestsEnabled: false, CloudWatchMetricsEnabled: true, MetricName: sql-injection}

  WebAclOnApi:
    Type: AWS::WAFv2::WebACLAssociation
    Condition: WafIsOnApi
    Properties:
      WebACLArn: !GetAtt WebAcl.Arn
      ResourceArn: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/${Api}/stages/${Stage}

  WafLogs:
    Type: AWS::Logs::LogGroup
    Condition: HasWaf
    Properties:
      # The firewall writes to groups of this name and no other.
      LogGroupName: !Sub aws-waf-logs-${AWS::StackName}
      RetentionInDays: !Ref LogRetentionDays
      KmsKeyId: !If [HasOwnKey, !GetAtt DataKey.Arn, !Ref AWS::NoValue]

  WebAclLogging:
    Type: AWS::WAFv2::LoggingConfiguration
    Condition: HasWaf
    Properties:
      ResourceArn: !GetAtt WebAcl.Arn
      LogDestinationConfigs: [!Sub 'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${WafLogs}']
      RedactedFields:
        - {SingleHeader: {Name: authorization}}
        - {SingleHeader: {Name: cookie}}
        - {QueryString: {}}
      # Refusals alone, so that of honest visitors nothing is kept. Not COUNT: the rules on bodies above count those who write a
      # long message or quote code, and an override's action is what the filter goes by:
      # https://docs.aws.amazon.com/waf/latest/APIReference/API_ActionCondition.html
      # How often each rule counted is in its metric.
      LoggingFilter:
        DefaultBehavior: DROP
        Filters:
          - Behavior: KEEP
            Requirement: MEETS_ANY
            Conditions:
              - {ActionCondition: {Action: BLOCK}}

  # ================================================================================================ The pipeline
  # Source, build and test, update this stack, publish the site. Each role does its part: the build can't update, the
  # update can replace code and nothing else (decision 0013), and publishing touches the site alone. A changed template is a
  # person's to deploy.

  Connection:
    Type: AWS::CodeConnections::Connection
    Condition: MakesConnection
    Properties:
      # Waits as PENDING until a person accepts it in the console: GitHub asks who it is.
      # At most 32 characters: the last part of the stack's id.
      ConnectionName: !Join ['-', [brevlada, !Select [4, !Split ['-', !Select [2, !Split ['/', !Ref AWS::StackId]]]]]]
      ProviderType: GitHub

  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Condition: HasPipeline
    DependsOn: PipelinePolicy
    Properties:
      PipelineType: V2
      ExecutionMode: QUEUED
      RoleArn: !GetAtt PipelineRole.Arn
      ArtifactStore:
        Type: S3
        Location: !Ref ArtifactBucket
        EncryptionKey: !If [HasOwnKey, {Id: !GetAtt DataKey.Arn, Type: KMS}, !Ref AWS::NoValue]
      Stages:
        - Name: Source
          Actions:
            - !If
              - UsesToken
              - Name: GitHub
                ActionTypeId: {Category: Source, Owner: ThirdParty, Provider: GitHub, Version: '1'}
                Configuration:
                  Owner: !Select [0, !Split ['/', !Ref GitHubRepository]]
                  # The slash gives a second part, which Fn::Select must find, to an empty name as well.
                  Repo: !Select [1, !Split ['/', !Sub '${GitHubRepository}/']]
                  Branch: !Ref GitHubBranch
                  OAuthToken: !Sub '{{resolve:secretsmanager:${GitHubSecretName}:SecretString:token::${GitHubSecretVersion}}}'
                  PollForSourceChanges: false
                OutputArtifacts: [{Name: Code}]
              - Name: GitHub
                ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: '1'}
                Configuration:
                  ConnectionArn: !If [MakesConnection, !Ref Connection, !Sub 'arn:${AWS::Partition}:codeconnections:${AWS::Region}:${AWS::AccountId}:connection/${ConnectionId}']
                  FullRepositoryId: !Ref GitHubRepository
                  BranchName: !Ref GitHubBranch
                  DetectChanges: true
                OutputArtifacts: [{Name: Code}]
        - Name: Build
          Actions:
            - Name: TestAndBuild
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: '1'}
              Configuration: {ProjectName: !Ref BuildProject}
              InputArtifacts: [{Name: Code}]
              OutputArtifacts: [{Name: Built}]
        - Name: Update
          Actions:
            # Not CodePipeline's own action for CloudFormation. The role that it takes would be the stack's from then on, whoever
            # deploys or destroys it: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
            - Name: Stack
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: '1'}
              Configuration: {ProjectName: !Ref UpdateProject}
              InputArtifacts: [{Name: Built}]
        - Name: Publish
          Actions:
            - Name: Site
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: '1'}
              Configuration: {ProjectName: !Ref PublishProject}
              InputArtifacts: [{Name: Code}]

  # GitHub calls it for each push, and signs the call.
  PipelineWebhook:
    Type: AWS::CodePipeline::Webhook
    Condition: UsesToken
    Properties:
      TargetPipeline: !Ref Pipeline
      TargetPipelineVersion: !GetAtt Pipeline.Version
      TargetAction: GitHub
      Authentication: GITHUB_HMAC
      AuthenticationConfiguration:
        SecretToken: !Sub '{{resolve:secretsmanager:${GitHubSecretName}:SecretString:webhook::${GitHubSecretVersion}}}'
      Filters: [{JsonPath: $.ref, MatchEquals: 'refs/heads/{Branch}'}]
      RegisterWithThirdParty: true

  PipelineRole:
    Type: AWS::IAM::Role
    Condition: HasPipeline
    Properties:
      Description: What the pipeline may do
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: codepipeline.amazonaws.com}
            Action: sts:AssumeRole
            Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}

  PipelinePolicy:
    Type: AWS::IAM::RolePolicy
    Condition: HasPipeline
    Properties:
      RoleName: !Ref PipelineRole
      PolicyName: Pipeline
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Sid: Artifacts
            Effect: Allow
            Action: [s3:GetObject, s3:GetObjectVersion, s3:PutObject]
            Resource: !Sub ${ArtifactBucket.Arn}/*
          - Sid: ArtifactBucket
            Effect: Allow
            Action: [s3:GetBucketVersioning, s3:GetBucketLocation]
            Resource: !GetAtt ArtifactBucket.Arn
          - Sid: Projects
            Effect: Allow
            Action: [codebuild:StartBuild, codebuild:BatchGetBuilds]
            Resource: [!GetAtt BuildProject.Arn, !GetAtt UpdateProject.Arn, !GetAtt PublishProject.Arn]
          - !If
            - UsesConnection
            - Sid: Connection
              Effect: Allow
              Action: codeconnections:UseConnection
              Resource: !If [MakesConnection, !Ref Connection, !Sub 'arn:${AWS::Partition}:codeconnections:${AWS::Region}:${AWS::AccountId}:connection/${ConnectionId}']
              Condition: {ForAllValues:StringEquals: {codeconnections:FullRepositoryId: !Ref GitHubRepository}}
            - !Ref AWS::NoValue
          - !If
            - HasOwnKey
            - {Sid: Key, Effect: Allow, Action: [kms:Decrypt, kms:GenerateDataKey], Resource: !GetAtt DataKey.Arn}
            - !Ref AWS::NoValue

  BuildProject:
    Type: AWS::CodeBuild::Project
    Condition: HasPipeline
    Properties:
      Description: Tests, and builds the functions
      ServiceRole: !GetAtt BuildRole.Arn
      Source: {Type: CODEPIPELINE, BuildSpec: buildspec.yml}
      Artifacts: {Type: CODEPIPELINE}
      # Not left out without an own key: CodeBuild would keep the one that it has. This is what it takes when it never had any:
      # https://github.com/aws/aws-cdk/pull/10474
      EncryptionKey: !If [HasOwnKey, !GetAtt DataKey.Arn, !Sub 'arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:alias/aws/s3']
      # No ConcurrentBuildLimit: a new account may have none to give, and refuses any. Each stage takes one commit at a time.
      TimeoutInMinutes: 90
      LogsConfig: {CloudWatchLogs: {Status: ENABLED, GroupName: !Ref BuildLogs}}
      Environment:
        Type: !If [IsArm, ARM_CONTAINER, LINUX_CONTAINER]
        ComputeType: BUILD_GENERAL1_LARGE
        Image: !Ref BuildImage
        PrivilegedMode: false
        EnvironmentVariables:
          - {Name: CODE_BUCKET, Value: !Ref CodeBucket}
          - {Name: CODE_PREFIX, Value: !Sub '${AWS::StackName}/'}

  BuildRole:
    Type: AWS::IAM::Role
    Condition: HasPipeline
    Properties:
      Description: What the build may do; it runs whatever the repository says
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: codebuild.amazonaws.com}
            Action: sts:AssumeRole
            Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}
      Policies:
        - PolicyName: Build
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Sid: Logs
                Effect: Allow
                Action: [logs:CreateLogStream, logs:PutLogEvents]
                Resource: !GetAtt BuildLogs.Arn
              # Keys are pipeline/artifact/some letters, each name cut short. A build that could write what it reads could change
              # what PublishRole runs after it. What it hands on is data: UpdateProject runs none of it.
              - Sid: TakesTheCode
                Effect: Allow
                Action: [s3:GetObject, s3:GetObjectVersion]
                Resource: !Sub ${ArtifactBucket.Arn}/*/Code/*
              - Sid: HandsOnWhatItBuilt
                Effect: Allow
                Action: s3:PutObject
                Resource: !Sub ${ArtifactBucket.Arn}/*/Built/*
              - Sid: Zips
                Effect: Allow
                Action: s3:PutObject
                Resource: !Sub arn:${AWS::Partition}:s3:::${CodeBucket}/${AWS::StackName}/*
              - !If
                - HasOwnKey
                - {Sid: Key, Effect: Allow, Action: [kms:Decrypt, kms:GenerateDataKey], Resource: !GetAtt DataKey.Arn}
                - !Ref AWS::NoValue

  # Its words stand here and not in a file of the repository: whoever may update the stack is then changed by a deployment,
  # never by a push. It writes no parameter back, for DescribeStacks gives every character beyond ASCII as "?":
  # https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/814
  # CloudFormation gets no role: it acts with the rights of this project's own, and the stack keeps none of them.
  UpdateProject:
    Type: AWS::CodeBuild::Project
    Condition: HasPipeline
    Properties:
      Description: Gives the stack's functions the code that was built, and changes nothing else
      ServiceRole: !GetAtt UpdateRole.Arn
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands:
                - |
                  deployed="$(aws cloudformation get-template --stack-name "$STACK_ID" --query TemplateBody --output text)" || exit 1
                  # What the code needs of the stack stands in the template. Comments are nobody's need.
                  without_comments() { sed -e '/^ *#/d' -e '/^ *$/d'; }
                  if [ "$(printf '%s\n' "$deployed" | without_comments)" != "$(without_comments <template.yaml)" ]; then
                      echo "This commit's template is not the one that is deployed, and its code may need what is new there. Nothing was" \
                          "changed. Build brevlada and the functions from this commit, run its deploy, then release the change." >&2
                      exit 1
                  fi
                  names="$(aws cloudformation describe-stacks --stack-name "$STACK_ID" --output text \
                      --query 'Stacks[0].Parameters[].ParameterKey')" || exit 1
                  off="$(aws cloudformation describe-stacks --stack-name "$STACK_ID" --output text \
                      --query "Stacks[0].Parameters[?ParameterValue=='none'].ParameterKey")" || exit 1
                  set --
                  for name in $names; do
                      change=UsePreviousValue=true
                      case "$name" in
                      AddContactInfoKey | SendContactInfoEmailKey | ReadContactInfoKey)
                          # "none" is a function that is switched off, and stays so.
                          case " $(echo $off) " in
                          *" $name "*) ;;
                          *)
                              # The build ran what others wrote: it may choose among its own zips, and nothing else.
                              key="$(sed -n "s/^$name=//p" keys.txt | head -n 1)"
                              if ! printf '%s\n' "$key" | grep -Eqx "$CODE_PREFIX${name%Key}-[0-9a-f]{16}[.]zip"; then
                                  echo "The build gives no zip of its own for $name; see what it wrote to keys.txt." >&2
                                  exit 1
                              fi
                              change="ParameterValue=$key"
                              ;;
                          esac
                          ;;
                      esac
                      set -- "$@" "ParameterKey=$name,$change"
                  done
                  token="pipeline-$(date +%s)"
                  if said="$(aws cloudformation update-stack --stack-name "$STACK_ID" --use-previous-template \
                      --capabilities CAPABILITY_IAM --client-request-token "$token" --parameters "$@" 2>&1)"; then
                      if ! aws cloudformation wait stack-update-complete --stack-name "$STACK_ID"; then
                          # The first of this update's failures; those after it follow from it.
                          aws cloudformation describe-stack-events --stack-name "$STACK_ID" --output json --query "reverse(
                              StackEvents[?ClientRequestToken=='$token' && ends_with(ResourceStatus, '_FAILED')]
                          )[0].[LogicalResourceId, ResourceStatusReason]" >&2
                          exit 1
                      fi
                      echo "The functions have the code that was built."
                  else
                      case "$said" in
                      *"No updates are to be performed"*) echo "The functions had this code already." ;;
                      *) echo "$said" >&2; exit 1 ;;
                      esac
                  fi
      Artifacts: {Type: CODEPIPELINE}
      EncryptionKey: !If [HasOwnKey, !GetAtt DataKey.Arn, !Sub 'arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:alias/aws/s3']
      TimeoutInMinutes: 60
      LogsConfig: {CloudWatchLogs: {Status: ENABLED, GroupName: !Ref BuildLogs}}
      Environment:
        Type: !If [IsArm, ARM_CONTAINER, LINUX_CONTAINER]
        ComputeType: BUILD_GENERAL1_SMALL
        Image: !If [IsArm, 'aws/codebuild/amazonlinux-aarch64-standard:3.0', 'aws/codebuild/amazonlinux-x86_64-standard:5.0']
        PrivilegedMode: false
        EnvironmentVariables:
          - {Name: STACK_ID, Value: !Ref AWS::StackId}
          - {Name: CODE_PREFIX, Value: !Sub '${AWS::StackName}/'}

  UpdateRole:
    Type: AWS::IAM::Role
    Condition: HasPipeline
    Properties:
      Description: What the update may do; it can replace the functions' code and nothing else
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: codebuild.amazonaws.com}
            Action: sts:AssumeRole
            Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}
      Policies:
        - PolicyName: Update
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Sid: Logs
                Effect: Allow
                Action: [logs:CreateLogStream, logs:PutLogEvents]
                Resource: !GetAtt BuildLogs.Arn
              - Sid: TakesWhatWasBuilt
                Effect: Allow
                Action: [s3:GetObject, s3:GetObjectVersion]
                Resource: !Sub ${ArtifactBucket.Arn}/*/Built/*
              - Sid: ThisStack
                Effect: Allow
                Action:
                  - cloudformation:DescribeStackEvents
                  - cloudformation:DescribeStacks
                  - cloudformation:GetTemplate
                  - cloudformation:UpdateStack
                Resource: !Ref AWS::StackId
              # The rest is what CloudFormation does for it, in its name.
              - Sid: Functions
                Effect: Allow
                Action:
                  - lambda:GetFunction
                  - lambda:GetFunctionCodeSigningConfig
                  - lambda:GetFunctionConfiguration
                  - lambda:GetFunctionRecursionConfig
                  - lambda:GetRuntimeManagementConfig
                  - lambda:ListTags
                  - lambda:UpdateFunctionCode
                # Not by the beginning of their names: CloudFormation shortens that where the stack's name is long.
                Resource:
                  - !GetAtt AddContactInfo.Arn
                  - !GetAtt SendContactInfoEmail.Arn
                  - !If [HasOwnerAccess, !GetAtt ReadContactInfo.Arn, !Ref AWS::NoValue]
              - Sid: Zips
                Effect: Allow
                Action: [s3:GetObject, s3:GetObjectVersion]
                # Those of the pipeline, and those of `brevlada deploy`, which a failed update goes back to.
                Resource:
                  - !Sub arn:${AWS::Partition}:s3:::${CodeBucket}/${AWS::StackName}/*
                  - !Sub arn:${AWS::Partition}:s3:::${CodeBucket}/functions/*
              # CloudFormation reads these anew whenever the functions' code changes.
              - !If
                - HasChallenge
                - Sid: Challenge
                  Effect: Allow
                  Action: secretsmanager:GetSecretValue
                  # Secrets Manager ends each ARN in six characters of its own.
                  Resource: !Sub arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:${ChallengeSecretName}-??????
                - !Ref AWS::NoValue
              - !If
                - HasAlertWebhook
                - Sid: AlertWebhook
                  Effect: Allow
                  Action: secretsmanager:GetSecretValue
                  Resource: !Sub arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:${AlertWebhookSecretName}-??????
                - !Ref AWS::NoValue
              - !If
                - HasOwnKey
                - {Sid: Key, Effect: Allow, Action: [kms:Decrypt, kms:GenerateDataKey], Resource: !GetAtt DataKey.Arn}
                - !Ref AWS::NoValue

  PublishProject:
    Type: AWS::CodeBuild::Project
    Condition: HasPipeline
    Properties:
      Description: Publishes the site, removes what is gone from it, and has CloudFront forget the old
      ServiceRole: !GetAtt PublishRole.Arn
      Source: {Type: CODEPIPELINE, BuildSpec: Infrastructure/publish-site.yml}
      Artifacts: {Type: CODEPIPELINE}
      EncryptionKey: !If [HasOwnKey, !GetAtt DataKey.Arn, !Sub 'arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:alias/aws/s3']
      TimeoutInMinutes: 30
      LogsConfig: {CloudWatchLogs: {Status: ENABLED, GroupName: !Ref BuildLogs}}
      Environment:
        Type: !If [IsArm, ARM_CONTAINER, LINUX_CONTAINER]
        ComputeType: BUILD_GENERAL1_SMALL
        Image: !If [IsArm, 'aws/codebuild/amazonlinux-aarch64-standard:3.0', 'aws/codebuild/amazonlinux-x86_64-standard:5.0']
        PrivilegedMode: false
        EnvironmentVariables:
          - {Name: SITE_BUCKET, Value: !Ref SiteBucket}
          - {Name: DISTRIBUTION_ID, Value: !If [InCloudFront, !Ref Distribution, '']}
          # Where forms post to when the site has no /api of its own.
          - {Name: API_URL, Value: !If [InCloudFront, '', !Sub 'https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/api']}

  PublishRole:
    Type: AWS::IAM::Role
    Condition: HasPipeline
    Properties:
      Description: What publishing the site may do
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: codebuild.amazonaws.com}
            Action: sts:AssumeRole
            Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}
      Policies:
        - PolicyName: Publish
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Sid: Logs
                Effect: Allow
                Action: [logs:CreateLogStream, logs:PutLogEvents]
                Resource: !GetAtt BuildLogs.Arn
              - Sid: TakesTheCode
                Effect: Allow
                Action: [s3:GetObject, s3:GetObjectVersion]
                Resource: !Sub ${ArtifactBucket.Arn}/*/Code/*
              - {Sid: Site, Effect: Allow, Action: [s3:PutObject, s3:DeleteObject], Resource: !Sub '${SiteBucket.Arn}/*'}
              - {Sid: WhatIsOnIt, Effect: Allow, Action: s3:ListBucket, Resource: !GetAtt SiteBucket.Arn}
              - !If
                - InCloudFront
                - Sid: HasCloudFrontForget
                  Effect: Allow
                  Action: cloudfront:CreateInvalidation
                  Resource: !Sub arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}
                - !Ref AWS::NoValue
              - !If
                - HasOwnKey
                - {Sid: Key, Effect: Allow, Action: [kms:Decrypt, kms:GenerateDataKey], Resource: !GetAtt DataKey.Arn}
                - !Ref AWS::NoValue

  BuildLogs:
    Type: AWS::Logs::LogGroup
    Condition: HasPipeline
    Properties:
      RetentionInDays: !Ref LogRetentionDays
      KmsKeyId: !If [HasOwnKey, !GetAtt DataKey.Arn, !Ref AWS::NoValue]

  ArtifactBucket:
    Type: AWS::S3::Bucket
    Condition: HasPipeline
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties:
      OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        IgnorePublicAcls: true
        BlockPublicPolicy: true
        RestrictPublicBuckets: true
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - !If
            - HasOwnKey
            - BucketKeyEnabled: true
              ServerSideEncryptionByDefault: {SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt DataKey.Arn}
            - ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}
      VersioningConfiguration: {Status: Enabled}
      LifecycleConfiguration:
        Rules:
          - Id: ForgetOldBuilds
            Status: Enabled
            ExpirationInDays: 30
            NoncurrentVersionExpiration: {NoncurrentDays: 7}
            AbortIncompleteMultipartUpload: {DaysAfterInitiation: 7}
      LoggingConfiguration: {DestinationBucketName: !Ref LogBucket, LogFilePrefix: s3/artifacts/}

  ArtifactBucketPolicy:
    Type: AWS::S3::BucketPolicy
    Condition: HasPipeline
    Properties:
      Bucket: !Ref ArtifactBucket
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Sid: NothingWithoutTls
            Effect: Deny
            Principal: '*'
            Action: s3:*
            Resource: [!GetAtt ArtifactBucket.Arn, !Sub '${ArtifactBucket.Arn}/*']
            Condition: {Bool: {aws:SecureTransport: 'false'}}

  # ==================================================================================================== Watching

  # Who read which file, and the trail. Not logged itself: its logs would be logged.
  LogBucket:
    Type: AWS::S3::Bucket
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties:
      # CloudFront grants itself the right to write by an ACL; all others use the policy. With that ACL in place S3 refuses
      # BucketOwnerEnforced, so that VisitorLogs could not be switched off again:
      # https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html
      OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerPreferred}]}
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        IgnorePublicAcls: true
        BlockPublicPolicy: true
        RestrictPublicBuckets: true
      BucketEncryption: {ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}}]}
      VersioningConfiguration: {Status: Enabled}
      LifecycleConfiguration:
        Rules:
          - Id: ForgetOldLogs
            Status: Enabled
            ExpirationInDays: !Ref LogRetentionDays
            NoncurrentVersionExpiration: {NoncurrentDays: 1}
            AbortIncompleteMultipartUpload: {DaysAfterInitiation: 7}

  LogBucketPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref LogBucket
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Sid: NothingWithoutTls
            Effect: Deny
            Principal: '*'
            Action: s3:*
            Resource: [!GetAtt LogBucket.Arn, !Sub '${LogBucket.Arn}/*']
            Condition: {Bool: {aws:SecureTransport: 'false'}}
          - Sid: BucketsWriteTheirLogs
            Effect: Allow
            Principal: {Service: logging.s3.amazonaws.com}
            Action: s3:PutObject
            Resource: !Sub ${LogBucket.Arn}/s3/*
            Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}
          # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
          - !If
            - HasTrail
            - Sid: TrailLooks
              Effect: Allow
              Principal: {Service: cloudtrail.amazonaws.com}
              Action: s3:GetBucketAcl
              Resource: !GetAtt LogBucket.Arn
              Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}
            - !Ref AWS::NoValue
          - !If
            - HasTrail
            - Sid: TrailWrites
              Effect: Allow
              Principal: {Service: cloudtrail.amazonaws.com}
              Action: s3:PutObject
              Resource: !Sub ${LogBucket.Arn}/trail/AWSLogs/${AWS::AccountId}/*
              Condition:
                StringEquals: {aws:SourceAccount: !Ref AWS::AccountId, s3:x-amz-acl: bucket-owner-full-control}
            - !Ref AWS::NoValue

  AccountTrail:
    Type: AWS::CloudTrail::Trail
    Condition: HasTrail
    DependsOn: LogBucketPolicy
    Properties:
      IsLogging: true
      IsMultiRegionTrail: true
      IncludeGlobalServiceEvents: true
      EnableLogFileValidation: true
      S3BucketName: !Ref LogBucket
      S3KeyPrefix: trail
      KMSKeyId: !If [HasOwnKey, !GetAtt DataKey.Arn, !Ref AWS::NoValue]
      EventSelectors:
        - ReadWriteType: All
          IncludeManagementEvents: true
          DataResources: !If
            - TrailsData
            - - {Type: AWS::DynamoDB::Table, Values: [!GetAtt Table.Arn]}
              - {Type: AWS::S3::Object, Values: [!Sub '${SiteBucket.Arn}/']}
            - !Ref AWS::NoValue

  AlarmTopic:
    Type: AWS::SNS::Topic
    Condition: HasAlarms
    Properties:
      # Only with an own key: CloudWatch may not use the one that AWS manages for SNS, and its alarms would be lost.
      KmsMasterKeyId: !If [HasOwnKey, !GetAtt DataKey.Arn, !Ref AWS::NoValue]
      Subscription: [{Protocol: email, Endpoint: !Ref OwnerEmail}]

  AlarmTopicPolicy:
    Type: AWS::SNS::TopicPolicy
    Condition: HasAlarms
    Properties:
      Topics: [!Ref AlarmTopic]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Sid: AlarmsOfThisAccount
            Effect: Allow
            Principal: {Service: cloudwatch.amazonaws.com}
            Action: sns:Publish
            Resource: !Ref AlarmTopic
            Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}
          # Without a condition, for EventBridge meets none: what its rules tell would be lost, and nothing would say so.
          # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
          - !If
            - HasPipelineAlarm
            - Sid: NewsOfThePipeline
              Effect: Allow
              Principal: {Service: events.amazonaws.com}
              Action: sns:Publish
              Resource: !Ref AlarmTopic
            - !Ref AWS::NoValue

  ServerErrorAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: Visitors were told that their message could not be saved; see the log of AddContactInfo
      Namespace: AWS/ApiGateway
      MetricName: 5XXError
      Dimensions: [{Name: ApiName, Value: !Ref AWS::StackName}, {Name: Stage, Value: !Ref Stage}]
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  IntakeErrorAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: AddContactInfo failed; see its log
      Namespace: AWS/Lambda
      MetricName: Errors
      Dimensions: [{Name: FunctionName, Value: !Ref AddContactInfo}]
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  IntakeThrottleAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: AddContactInfo was throttled and messages refused; raise the account's concurrency
      Namespace: AWS/Lambda
      MetricName: Throttles
      Dimensions: [{Name: FunctionName, Value: !Ref AddContactInfo}]
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  MailErrorAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: SendContactInfoEmail failed three times within fifteen minutes; see its log
      Namespace: AWS/Lambda
      MetricName: Errors
      Dimensions: [{Name: FunctionName, Value: !Ref SendContactInfoEmail}]
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 3
      DatapointsToAlarm: 3
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  MailThrottleAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: SendContactInfoEmail is throttled and mails wait; raise the account's concurrency
      Namespace: AWS/Lambda
      MetricName: Throttles
      Dimensions: [{Name: FunctionName, Value: !Ref SendContactInfoEmail}]
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 3
      DatapointsToAlarm: 3
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  StreamAgeAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: New messages wait over ten minutes for their mail; see the log of SendContactInfoEmail
      Namespace: AWS/Lambda
      MetricName: IteratorAge
      Dimensions: [{Name: FunctionName, Value: !Ref SendContactInfoEmail}]
      Statistic: Maximum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 600000
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  FailureQueueAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: A batch of mails was given up; the sweep mails it from the table, and the queue says which it was
      Namespace: AWS/SQS
      # What comes, not what is there: nothing takes it out again, and the alarm would be silent about the next for 14 days.
      MetricName: NumberOfMessagesSent
      Dimensions: [{Name: QueueName, Value: !GetAtt FailureQueue.QueueName}]
      Statistic: Sum
      Period: 300
      # The metric of a queue that was idle for six hours may come a quarter of an hour late:
      # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html
      EvaluationPeriods: 4
      DatapointsToAlarm: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  # From the functions' own logs: the namespace is the product's, and the function's name keeps two stacks apart.
  OverdueMailAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: A stored message has not been mailed in time; run brevlada audit
      Namespace: Brevlada
      MetricName: Overdue
      Dimensions: [{Name: FunctionName, Value: !Ref SendContactInfoEmail}]
      Statistic: Maximum
      Period: 300
      # Every sweep counts what waits, between its attempts too. Two of three: sweeps and periods drift, and a mail that was
      # refused for a moment is no trouble.
      EvaluationPeriods: 3
      DatapointsToAlarm: 2
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  MissingMessageAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: A message was removed by neither you nor its retention; run brevlada audit, which names it
      Namespace: Brevlada
      MetricName: Missing
      Dimensions: [{Name: FunctionName, Value: !Ref SendContactInfoEmail}]
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  FailedMailAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: A mail was given up for good; run brevlada audit, then resend it from the inbox
      Namespace: Brevlada
      MetricName: Failed
      Dimensions: [{Name: FunctionName, Value: !Ref SendContactInfoEmail}]
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  SweepAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: The sweep for overdue mail has not run for fifteen minutes; see its rule in EventBridge
      Namespace: AWS/Events
      MetricName: Invocations
      Dimensions: [{Name: RuleName, Value: !Ref Sweep}]
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 3
      DatapointsToAlarm: 3
      Threshold: 1
      ComparisonOperator: LessThanThreshold
      TreatMissingData: breaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  MailEventAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: A mail to you bounced, was refused or called spam; mend the mailbox in MailTo, and read the message in the inbox
      # Not the messages of the topic: SES greets it, and absent readers answer.
      Namespace: Brevlada
      MetricName: Returned
      Dimensions: [{Name: FunctionName, Value: !Ref SendContactInfoEmail}]
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  # Of the whole account: SES judges that, not the stack. https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
  BounceRateAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: Over 4 % of this account's mails bounce; SES reviews it from 5 %
      Namespace: AWS/SES
      MetricName: Reputation.BounceRate
      Statistic: Maximum
      Period: 3600
      EvaluationPeriods: 1
      Threshold: 0.04
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: ignore
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  ComplaintRateAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: Over 0.08 % of this account's mails are called spam; SES reviews it from 0.1 %
      Namespace: AWS/SES
      MetricName: Reputation.ComplaintRate
      Statistic: Maximum
      Period: 3600
      EvaluationPeriods: 1
      Threshold: 0.0008
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: ignore
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  TableThrottleAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: The table refused writes; see docs/scale-and-cost.md about TableShards and WarmWriteUnits
      Metrics:
        # Silence of this namespace changes no alarm, whatever TreatMissingData says: it would ring once and stay.
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
        - {Id: filled, Expression: 'FILL(events, 0)'}
        - Id: events
          ReturnData: false
          MetricStat:
            Metric: {Namespace: AWS/DynamoDB, MetricName: WriteThrottleEvents, Dimensions: [{Name: TableName, Value: !Ref Table}]}
            Stat: Sum
            Period: 300
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  TableFaultAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: DynamoDB fails to store; see the AWS Health Dashboard
      Metrics:
        - {Id: filled, Expression: 'FILL(events, 0)'}
        - Id: events
          ReturnData: false
          MetricStat:
            Metric: {Namespace: AWS/DynamoDB, MetricName: SystemErrors, Dimensions: [{Name: TableName, Value: !Ref Table}, {Name: Operation, Value: PutItem}]}
            Stat: Sum
            Period: 300
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  OwnerErrorAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasOwnerAlarms
    Properties:
      AlarmDescription: ReadContactInfo failed; see its log
      Namespace: AWS/Lambda
      MetricName: Errors
      Dimensions: [{Name: FunctionName, Value: !Ref ReadContactInfo}]
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  # ------------------------------------------------------------------- Quotas, before they are used up, from 80 % on

  ConcurrencyQuotaAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: Over 80 % of the concurrent runs that Lambda allows this account are in use; ask for more, L-B99A9384
      Metrics:
        - Id: used
          ReturnData: false
          MetricStat:
            Stat: Maximum
            Period: 300
            Metric:
              Namespace: AWS/Usage
              MetricName: ResourceCount
              Dimensions:
                - {Name: Service, Value: Lambda}
                - {Name: Type, Value: Resource}
                - {Name: Resource, Value: ConcurrentExecutions}
                - {Name: Class, Value: None}
        - {Id: percent, Expression: used / SERVICE_QUOTA(used) * 100, Label: Percent of the quota, ReturnData: true}
      EvaluationPeriods: 1
      Threshold: 80
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  # SES has no metric of its quota, so the parameter says it.
  MailQuotaAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: Over 80 % of the mails that SES allows this account a day are sent; ask for more, L-804C8AE8
      Metrics:
        - Id: sent
          ReturnData: false
          MetricStat: {Stat: Sum, Period: 86400, Metric: {Namespace: AWS/SES, MetricName: Send}}
        - {Id: percent, Expression: !Sub 'sent / ${SesDailyQuota} * 100', Label: Percent of the quota, ReturnData: true}
      EvaluationPeriods: 1
      Threshold: 80
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  # What the stage takes, not what the account does: the stage's limit is the lower one.
  ApiRateAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmDescription: Over 80 % of the requests that the API takes; raise ApiRate, and the account's L-8A5B8E43 before it
      Metrics:
        - Id: requests
          ReturnData: false
          MetricStat:
            Stat: Sum
            Period: 60
            Metric:
              Namespace: AWS/ApiGateway
              MetricName: Count
              Dimensions: [{Name: ApiName, Value: !Ref AWS::StackName}, {Name: Stage, Value: !Ref Stage}]
        - {Id: percent, Expression: !Sub 'requests / 60 / ${ApiRate} * 100', Label: Percent of the limit, ReturnData: true}
      EvaluationPeriods: 3
      DatapointsToAlarm: 3
      Threshold: 80
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]

  PipelineFailure:
    Type: AWS::Events::Rule
    Condition: HasPipelineAlarm
    Properties:
      Description: Tells the owner that the pipeline failed, and what is deployed is not what is in the repository
      EventPattern:
        source: [aws.codepipeline]
        detail-type: [CodePipeline Pipeline Execution State Change]
        detail: {state: [FAILED], pipeline: [!Ref Pipeline]}
      Targets:
        - Id: owner
          Arn: !Ref AlarmTopic
          InputTransformer:
            InputPathsMap: {pipeline: $.detail.pipeline, execution: $.detail.execution-id}
            InputTemplate: '"The pipeline <pipeline> failed in execution <execution>. The site and the functions are as they were before."'

  Board:
    Type: AWS::CloudWatch::Dashboard
    Condition: HasDashboard
    Properties:
      DashboardBody: !Sub |
        {"start": "-P7D", "widgets": [
          {"type": "metric", "x": 0, "y": 0, "width": 12, "height": 6, "properties": {
            "title": "Messages", "region": "${AWS::Region}", "stat": "Sum", "period": 3600, "view": "timeSeries", "stacked": true,
            "metrics": [["Brevlada", "Stored", "FunctionName", "${AddContactInfo}"], [".", "Held", ".", "."],
              [".", "Invalid", ".", "."], [".", "NotStored", ".", "."]]}},
          {"type": "metric", "x": 12, "y": 0, "width": 12, "height": 6, "properties": {
            "title": "Mails", "region": "${AWS::Region}", "stat": "Sum", "period": 3600, "view": "timeSeries",
            "metrics": [["Brevlada", "Notified", "FunctionName", "${SendContactInfoEmail}"], [".", "Failed", ".", "."],
              [".", "Overdue", ".", ".", {"stat": "Maximum"}]]}},
          {"type": "metric", "x": 0, "y": 6, "width": 12, "height": 6, "properties": {
            "title": "API", "region": "${AWS::Region}", "stat": "Sum", "period": 300, "view": "timeSeries",
            "metrics": [["AWS/ApiGateway", "Count", "ApiName", "${AWS::StackName}", "Stage", "${Stage}"],
              [".", "4XXError", ".", ".", ".", "."], [".", "5XXError", ".", ".", ".", "."]]}},
          {"type": "metric", "x": 12, "y": 6, "width": 12, "height": 6, "properties": {
            "title": "How long a visitor waits (ms)", "region": "${AWS::Region}", "period": 300, "view": "timeSeries",
            "metrics": [["AWS/ApiGateway", "Latency", "ApiName", "${AWS::StackName}", "Stage", "${Stage}", {"stat": "p50"}],
              ["...", {"stat": "p99"}]]}},
          {"type": "metric", "x": 0, "y": 12, "width": 12, "height": 6, "properties": {
            "title": "Functions", "region": "${AWS::Region}", "stat": "Sum", "period": 300, "view": "timeSeries",
            "metrics": [["AWS/Lambda", "Errors", "FunctionName", "${AddContactInfo}"], [".", "Throttles", ".", "."],
              [".", "Errors", ".", "${SendContactInfoEmail}"], [".", "Throttles", ".", "."]]}},
          {"type": "metric", "x": 12, "y": 12, "width": 12, "height": 6, "properties": {
            "title": "How long messages wait for their mail (ms)", "region": "${AWS::Region}", "stat": "Maximum", "period": 300,
            "view": "timeSeries", "metrics": [["AWS/Lambda", "IteratorAge", "FunctionName", "${SendContactInfoEmail}"]]}}
        ]}

  Budget:
    Type: AWS::Budgets::Budget
    Condition: HasBudget
    Properties:
      Budget:
        BudgetType: COST
        TimeUnit: MONTHLY
        BudgetLimit: {Amount: !Ref MonthlyBudget, Unit: USD}
      NotificationsWithSubscribers:
        - Notification: {NotificationType: ACTUAL, ComparisonOperator: GREATER_THAN, Threshold: 80, ThresholdType: PERCENTAGE}
          Subscribers: [{SubscriptionType: EMAIL, Address: !Ref OwnerEmail}]
        - Notification: {NotificationType: FORECASTED, ComparisonOperator: GREATER_THAN, Threshold: 100, ThresholdType: PERCENTAGE}
          Subscribers: [{SubscriptionType: EMAIL, Address: !Ref OwnerEmail}]

Outputs:

  SiteUrl:
    Description: The site
    Value: !If
      - InCloudFront
      - !If [HasDomain, !Sub 'https://${DomainName}', !Sub 'https://${Distribution.DomainName}']
      - !GetAtt SiteBucket.WebsiteURL
  ApiUrl:
    Description: The API's own address, for pages that are not on the site
    Value: !Sub https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/api
  ContactUrl:
    Description: What a form's action says
    Value: !If [InCloudFront, /api/contact, !Sub 'https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/api/contact']
  SiteBucketName:
    Description: The bucket of the site's files
    Value: !Ref SiteBucket
  DistributionId:
    Condition: InCloudFront
    Description: The distribution, for invalidations
    Value: !Ref Distribution
  DistributionDomainName:
    Condition: InCloudFront
    Description: The name that your own domain's records point at, as an alias or a CNAME
    Value: !GetAtt Distribution.DomainName
  TableName:
    Description: The table of the messages
    Value: !Ref Table
  TableShards:
    Description: How many partitions a form's messages are spread over
    Value: !Sub '${TableShards}'
  AddContactInfoName:
    Description: The function that takes messages
    Value: !Ref AddContactInfo
  SendContactInfoEmailName:
    Description: The function that mails them
    Value: !Ref SendContactInfoEmail
  ReadContactInfoName:
    Condition: HasOwnerAccess
    Description: The function of the owner's routes
    Value: !Ref ReadContactInfo
  AddContactInfoLogGroup:
    Description: The log of AddContactInfo
    Value: !Ref AddContactInfoLogs
  SendContactInfoEmailLogGroup:
    Description: The log of SendContactInfoEmail
    Value: !Ref SendContactInfoEmailLogs
  ReadContactInfoLogGroup:
    Condition: HasOwnerAccess
    Description: The log of ReadContactInfo
    Value: !Ref ReadContactInfoLogs
  ApiLogGroup:
    Description: The log of the API
    Value: !Ref ApiLogs
  LogBucketName:
    Description: The bucket of access logs and the trail
    Value: !Ref LogBucket
  FailureQueueUrl:
    Description: The queue that says which records were given up
    Value: !Ref FailureQueue
  MailConfigurationName:
    Description: The configuration set of the mails
    Value: !Ref MailConfiguration
  MailIdentityName:
    Description: What SES must have verified before a mail goes out
    Value: !If [MailsFromDomain, !Select [1, !Split ['@', !Ref MailFromAddress]], !Ref MailFromAddress]
  DkimRecord1:
    Condition: MailsFromDomain
    Description: The first of three CNAME records for the mail's domain, as name and value
    Value: !Sub ${Identity.DkimDNSTokenName1} CNAME ${Identity.DkimDNSTokenValue1}
  DkimRecord2:
    Condition: MailsFromDomain
    Description: The second
    Value: !Sub ${Identity.DkimDNSTokenName2} CNAME ${Identity.DkimDNSTokenValue2}
  DkimRecord3:
    Condition: MailsFromDomain
    Description: The third
    Value: !Sub ${Identity.DkimDNSTokenName3} CNAME ${Identity.DkimDNSTokenValue3}
  AlarmTopicArn:
    Condition: HasAlarms
    Description: The topic of the alarms; its subscription waits for a click in a mail to OwnerEmail
    Value: !Ref AlarmTopic
  DashboardUrl:
    Condition: HasDashboard
    Description: The dashboard
    Value: !Sub https://${AWS::Region}.console.aws.amazon.com/cloudwatch/home?region=${AWS::Region}#dashboards:name=${Board}
  SignInUrl:
    Condition: HasCognito
    Description: Where the owner's page signs in
    Value: !Sub https://${OwnerPoolDomain}.auth.${AWS::Region}.amazoncognito.com
  OwnerPoolId:
    Condition: HasCognito
    Description: The user pool of the owners
    Value: !Ref OwnerPool
  OwnerPoolClientId:
    Condition: HasCognito
    Description: The owner's page in it
    Value: !Ref OwnerPoolClient
  WebAclArn:
    Condition: HasWaf
    Description: The firewall
    Value: !GetAtt WebAcl.Arn
  DataKeyArn:
    Condition: HasOwnKey
    Description: The key that encrypts the messages; without it they can't be read
    Value: !GetAtt DataKey.Arn
  PipelineUrl:
    Condition: HasPipeline
    Description: The pipeline
    Value: !Sub https://${AWS::Region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/${Pipeline}/view?region=${AWS::Region}
  ConnectionArn:
    Condition: MakesConnection
    Description: The connection to GitHub, which waits to be accepted in the console
    Value: !Ref Connection

"""#
}
